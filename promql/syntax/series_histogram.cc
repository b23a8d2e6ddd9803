#include "promql/syntax/series_histogram.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/syntax/lexer.h"

namespace promql {
namespace {

constexpr std::string_view kHistogramDescription = "histogram description";
constexpr std::string_view kExpectedKey =
    "histogram description key, e.g. buckets:[5 10 7]";

// What was read between the braces.
struct Fields {
  base::FloatHistogram histogram;
  std::int32_t offset = 0;
  std::int32_t negative_offset = 0;
};

// Reads the parts of a histogram, with the errors of Prometheus' lexHistogram
// and lexBuckets. Keys and words are of any case.
class HistogramReader {
 public:
  explicit HistogramReader(SeriesScanner& scanner) : scanner_(scanner) {}

  // From {{ to }}.
  bool Read(Fields& fields);

  // The values behind a key.
  bool ReadFloat(double& value);
  bool ReadUnsignedFloat(double& value);
  bool ReadOffset(std::int32_t& offset);
  bool ReadSchema(std::int32_t& schema);
  bool ReadList(std::vector<double>& values);
  bool ReadHint(base::CounterReset& hint);

 private:
  bool ReadField(Fields& fields);
  bool ReadInteger(std::int32_t& value);
  bool DigitFollows() const;
  bool NumberWordFollows() const;
  // All return false.
  bool Unexpected();
  bool UnexpectedWord();
  bool UnexpectedText(std::string_view text, std::string_view description);

  SeriesScanner& scanner_;
  std::vector<std::string_view> seen_;  // The keys there were.
  bool in_list_ = false;
};

struct HintRow {
  std::string_view name;
  base::CounterReset value;
};

constexpr std::array<HintRow, 4> kHints = {{
    {"unknown", base::CounterReset::kUnknown},
    {"reset", base::CounterReset::kReset},
    {"not_reset", base::CounterReset::kNotReset},
    {"gauge", base::CounterReset::kGauge},
}};

struct Field {
  std::string_view name;  // The key.
  int token;  // Its number in Prometheus' grammar, which messages show.
  bool (*read)(HistogramReader&, Fields&);
};

// clang-format off
constexpr std::array<Field, 11> kFields = {{
    {"sum",                57370, [](HistogramReader& r, Fields& f) { return r.ReadFloat(f.histogram.sum); }},
    {"count",              57371, [](HistogramReader& r, Fields& f) { return r.ReadFloat(f.histogram.count); }},
    {"schema",             57372, [](HistogramReader& r, Fields& f) { return r.ReadSchema(f.histogram.schema); }},
    {"offset",             57373, [](HistogramReader& r, Fields& f) { return r.ReadOffset(f.offset); }},
    {"n_offset",           57374, [](HistogramReader& r, Fields& f) { return r.ReadOffset(f.negative_offset); }},
    {"buckets",            57375, [](HistogramReader& r, Fields& f) { return r.ReadList(f.histogram.positive.counts); }},
    {"n_buckets",          57376, [](HistogramReader& r, Fields& f) { return r.ReadList(f.histogram.negative.counts); }},
    {"z_bucket",           57377, [](HistogramReader& r, Fields& f) { return r.ReadFloat(f.histogram.zero_count); }},
    {"z_bucket_w",         57378, [](HistogramReader& r, Fields& f) { return r.ReadUnsignedFloat(f.histogram.zero_threshold); }},
    {"custom_values",      57379, [](HistogramReader& r, Fields& f) { return r.ReadList(f.histogram.custom_bounds); }},
    {"counter_reset_hint", 57380, [](HistogramReader& r, Fields& f) { return r.ReadHint(f.histogram.counter_reset); }},
}};
// clang-format on

// The row of a word, or null.
template <typename Row, std::size_t kSize>
const Row* Find(const std::array<Row, kSize>& rows, std::string_view word) {
  std::string lower(word);
  absl::AsciiStrToLower(&lower);
  const auto row = std::ranges::find(rows, std::string_view(lower), &Row::name);
  return row == rows.end() ? nullptr : &*row;
}

bool HistogramReader::DigitFollows() const {
  SeriesScanner ahead = scanner_;
  ahead.Accept(".");
  return IsDigit(ahead.Peek());
}

bool HistogramReader::NumberWordFollows() const {
  std::string word(scanner_.PeekLetters());
  absl::AsciiStrToLower(&word);
  return word == "inf" || word == "nan";
}

bool HistogramReader::Unexpected() {
  if (DigitFollows() || scanner_.SpaceFollows()) {
    return seen_.empty()
               ? scanner_.Unexpected(kSeriesValues)
               : scanner_.Unexpected(kHistogramDescription, kExpectedKey);
  }
  if (NumberWordFollows()) {
    const std::string_view word = scanner_.PeekLetters();
    return UnexpectedText(word, "number " + base::Quote(word));
  }
  if (scanner_.Follows("-")) return UnexpectedText("-", "<op:->");
  if (!in_list_ && IsAlpha(scanner_.Peek())) return UnexpectedWord();
  for (const std::string_view mark : {"}}", "[", ":"}) {
    if (!in_list_ && scanner_.Follows(mark)) {
      return UnexpectedText(mark, base::Quote(mark));
    }
  }
  if (in_list_ && scanner_.Follows("]")) return UnexpectedText("]", "\"]\"");
  return scanner_.Error(
      scanner_.at(),
      absl::StrFormat("%s: %s",
                      in_list_ ? "invalid character in buckets description"
                               : "histogram description incomplete unexpected",
                      base::QuoteRune(scanner_.Peek())));
}

bool HistogramReader::UnexpectedWord() {
  const std::size_t begin = scanner_.at();
  const std::string_view word = scanner_.PeekLetters();
  const std::string quoted = base::Quote(word);
  if (const Field* field = Find(kFields, word)) {
    if (scanner_.Follows(std::string(word) + ':')) {
      return UnexpectedText(
          word, absl::StrFormat("\"<Item %d>\" %s", field->token, quoted));
    }
    return scanner_.Error(begin, "missing `:` for histogram descriptor");
  }
  if (Find(kHints, word) != nullptr) return UnexpectedText(word, quoted);
  scanner_.Accept(word);
  return scanner_.Error(
      begin, absl::StrFormat("bad histogram descriptor found: %s", quoted));
}

// Until a key was read Prometheus gives up on the whole series.
bool HistogramReader::UnexpectedText(std::string_view text,
                                     std::string_view description) {
  const std::size_t begin = scanner_.at();
  scanner_.Accept(text);
  std::string message = absl::StrFormat("unexpected %s in ", description);
  if (seen_.empty()) {
    message += kSeriesValues;
  } else {
    absl::StrAppendFormat(&message, "%s, expected %s", kHistogramDescription,
                          kExpectedKey);
  }
  return scanner_.Error(begin, std::move(message));
}

bool HistogramReader::ReadUnsignedFloat(double& value) {
  if (DigitFollows()) return scanner_.ReadNumber(kHistogramDescription, value);
  if (!NumberWordFollows()) return Unexpected();
  const std::string_view word = scanner_.PeekLetters();
  scanner_.Accept(word);
  value = ParseNumber(word).value;
  return true;
}

bool HistogramReader::ReadFloat(double& value) {
  const bool negative = scanner_.Accept("-");
  if (!negative) scanner_.Accept("+");
  if (!ReadUnsignedFloat(value)) return false;
  if (negative) value = -value;
  return true;
}

bool HistogramReader::ReadInteger(std::int32_t& value) {
  const std::size_t begin = scanner_.at();
  const bool negative = scanner_.Accept("-");
  std::uint64_t magnitude = 0;
  if (!DigitFollows()) return Unexpected();
  if (!scanner_.ReadCount(kHistogramDescription, magnitude)) return false;
  if (magnitude > std::numeric_limits<std::int32_t>::max()) {
    return scanner_.Error(begin,
                          "number out of range in histogram description");
  }
  value = static_cast<std::int32_t>(magnitude);
  if (negative) value = -value;
  return true;
}

// Buckets far beyond the greatest number, of which the finest schema has 2^18,
// would only cost memory.
bool HistogramReader::ReadOffset(std::int32_t& offset) {
  constexpr std::int32_t kFarthest = 1 << 20;
  const std::size_t begin = scanner_.at();
  if (!ReadInteger(offset)) return false;
  if (offset >= -kFarthest && offset <= kFarthest) return true;
  return scanner_.Error(begin, "number out of range in histogram description");
}

bool HistogramReader::ReadSchema(std::int32_t& schema) {
  const std::size_t begin = scanner_.at();
  if (!ReadInteger(schema)) return false;
  if (schema == base::kCustomBucketsSchema ||
      (schema >= base::kMinExponentialSchema &&
       schema <= base::kMaxExponentialSchema)) {
    return true;
  }
  return scanner_.Error(
      begin,
      absl::StrFormat("histogram has an invalid schema, which must be "
                      "between %d and %d for exponential buckets, or %d "
                      "for custom buckets, got schema %d",
                      base::kMinExponentialSchema, base::kMaxExponentialSchema,
                      base::kCustomBucketsSchema, schema));
}

bool HistogramReader::ReadList(std::vector<double>& values) {
  if (!scanner_.Accept("[")) return Unexpected();
  in_list_ = true;
  while (true) {
    double value = 0;
    if (!ReadFloat(value)) return false;
    values.push_back(value);
    const bool space = scanner_.SpaceFollows();
    scanner_.SkipSpaces();
    if (scanner_.Accept("]")) break;
    if (!space) return Unexpected();
  }
  in_list_ = false;
  return true;
}

bool HistogramReader::ReadHint(base::CounterReset& hint) {
  const std::string_view word = scanner_.PeekLetters();
  const HintRow* row = Find(kHints, word);
  if (row == nullptr) return Unexpected();
  scanner_.Accept(word);
  hint = row->value;
  return true;
}

// One key:value.
bool HistogramReader::ReadField(Fields& fields) {
  const std::string_view word = scanner_.PeekLetters();
  const Field* field = Find(kFields, word);
  if (field == nullptr || !scanner_.Follows(std::string(word) + ':')) {
    return Unexpected();
  }
  scanner_.Accept(word);
  scanner_.Accept(":");
  if (!field->read(*this, fields)) return false;
  if (std::ranges::find(seen_, field->name) != seen_.end()) {
    return scanner_.Error(0, absl::StrFormat("duplicate key %s in histogram",
                                             base::Quote(field->name)));
  }
  seen_.push_back(field->name);
  return true;
}

bool HistogramReader::Read(Fields& fields) {
  scanner_.Accept("{{");
  // A space may stand between {{ and }}, but not before the first key.
  if (scanner_.SpaceFollows()) {
    scanner_.SkipSpaces();
    return scanner_.Accept("}}") || Unexpected();
  }
  if (scanner_.Accept("}}")) return true;
  while (ReadField(fields)) {
    const bool space = scanner_.SpaceFollows();
    scanner_.SkipSpaces();
    if (scanner_.Accept("}}")) return true;
    if (!space) return Unexpected();
  }
  return false;
}

void SetSpan(base::BucketRuns& runs, std::int32_t offset) {
  if (runs.counts.empty()) return;
  runs.spans = {{offset, static_cast<std::uint32_t>(runs.counts.size())}};
}

}  // namespace

bool ReadHistogram(SeriesScanner& scanner, base::FloatHistogram& histogram) {
  Fields fields;
  if (!HistogramReader(scanner).Read(fields)) return false;
  histogram = std::move(fields.histogram);
  SetSpan(histogram.positive, fields.offset);
  SetSpan(histogram.negative, fields.negative_offset);
  return true;
}

}  // namespace promql
