#include "promql/syntax/series_histogram.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace promql {
namespace {

constexpr std::string_view kContext = "histogram description";
constexpr std::string_view kExpectedKey =
    "histogram description key, e.g. buckets:[5 10 7]";

struct Hint {
  std::string_view name;
  base::CounterReset value;
};

constexpr std::array<Hint, 4> kHints = {{
    {"unknown", base::CounterReset::kUnknown},
    {"reset", base::CounterReset::kReset},
    {"not_reset", base::CounterReset::kNotReset},
    {"gauge", base::CounterReset::kGauge},
}};

// What was read between the braces.
struct Fields {
  base::FloatHistogram histogram;
  std::int32_t offset = 0;
  std::int32_t negative_offset = 0;
};

bool ReadFloat(SeriesScanner& scanner, double& value) {
  return scanner.ReadSignedNumber(kContext, value);
}

bool ReadInteger(SeriesScanner& scanner, std::int32_t& value) {
  const std::size_t begin = scanner.at();
  const bool negative = scanner.Accept("-");
  std::uint64_t magnitude = 0;
  if (!scanner.ReadCount(kContext, magnitude)) return false;
  if (magnitude > std::numeric_limits<std::int32_t>::max()) {
    return scanner.Error(begin, "number out of range in histogram description");
  }
  value = static_cast<std::int32_t>(magnitude);
  if (negative) value = -value;
  return true;
}

// Buckets far beyond the greatest number, of which the finest schema has 2^18,
// would only cost memory.
bool ReadOffset(SeriesScanner& scanner, std::int32_t& offset) {
  constexpr std::int32_t kFarthest = 1 << 20;
  const std::size_t begin = scanner.at();
  if (!ReadInteger(scanner, offset)) return false;
  if (offset >= -kFarthest && offset <= kFarthest) return true;
  return scanner.Error(begin, "number out of range in histogram description");
}

bool ReadSchema(SeriesScanner& scanner, std::int32_t& schema) {
  const std::size_t begin = scanner.at();
  if (!ReadInteger(scanner, schema)) return false;
  if (schema == base::kCustomBucketsSchema ||
      (schema >= base::kMinExponentialSchema &&
       schema <= base::kMaxExponentialSchema)) {
    return true;
  }
  return scanner.Error(
      begin,
      absl::StrFormat("histogram has an invalid schema, which must be "
                      "between %d and %d for exponential buckets, or %d "
                      "for custom buckets, got schema %d",
                      base::kMinExponentialSchema, base::kMaxExponentialSchema,
                      base::kCustomBucketsSchema, schema));
}

bool ReadList(SeriesScanner& scanner, std::vector<double>& values) {
  if (!scanner.Accept("[")) return scanner.Unexpected(kContext, "\"[\"");
  while (true) {
    scanner.SkipSpaces();
    if (!values.empty() && scanner.Accept("]")) return true;
    double value = 0;
    if (!ReadFloat(scanner, value)) return false;
    values.push_back(value);
    if (scanner.Accept("]")) return true;
    if (!scanner.SpaceFollows()) return scanner.Unexpected(kContext);
  }
}

bool ReadHint(SeriesScanner& scanner, base::CounterReset& hint) {
  const Token word = scanner.ReadWord();
  for (const Hint& row : kHints) {
    if (row.name == word.text) {
      hint = row.value;
      return true;
    }
  }
  return scanner.Error(word.span.begin,
                       absl::StrFormat("bad histogram descriptor found: %s",
                                       base::Quote(word.text)));
}

struct Field {
  std::string_view key;
  bool (*read)(SeriesScanner&, Fields&);
};

// clang-format off
constexpr std::array<Field, 11> kFields = {{
    {"schema",             [](SeriesScanner& s, Fields& f) { return ReadSchema(s, f.histogram.schema); }},
    {"sum",                [](SeriesScanner& s, Fields& f) { return ReadFloat(s, f.histogram.sum); }},
    {"count",              [](SeriesScanner& s, Fields& f) { return ReadFloat(s, f.histogram.count); }},
    {"z_bucket",           [](SeriesScanner& s, Fields& f) { return ReadFloat(s, f.histogram.zero_count); }},
    {"z_bucket_w",         [](SeriesScanner& s, Fields& f) { return ReadFloat(s, f.histogram.zero_threshold); }},
    {"buckets",            [](SeriesScanner& s, Fields& f) { return ReadList(s, f.histogram.positive.counts); }},
    {"offset",             [](SeriesScanner& s, Fields& f) { return ReadOffset(s, f.offset); }},
    {"n_buckets",          [](SeriesScanner& s, Fields& f) { return ReadList(s, f.histogram.negative.counts); }},
    {"n_offset",           [](SeriesScanner& s, Fields& f) { return ReadOffset(s, f.negative_offset); }},
    {"custom_values",      [](SeriesScanner& s, Fields& f) { return ReadList(s, f.histogram.custom_bounds); }},
    {"counter_reset_hint", [](SeriesScanner& s, Fields& f) { return ReadHint(s, f.histogram.counter_reset); }},
}};
// clang-format on

// One key:value. `seen` says which keys there were.
bool ReadField(SeriesScanner& scanner, Fields& fields,
               std::array<bool, kFields.size()>& seen) {
  const std::size_t begin = scanner.at();
  if (!IsAlpha(scanner.Peek())) {
    return scanner.Error(
        begin,
        absl::StrFormat("histogram description incomplete unexpected: %s",
                        QuoteRune(scanner.Peek())));
  }
  std::string key;
  while (IsAlpha(scanner.Peek())) {
    key += static_cast<char>(scanner.Peek());
    scanner.Accept(std::string_view(&key.back(), 1));
  }
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i].key != key) continue;
    if (!scanner.Accept(":")) {
      return scanner.Error(begin, "missing `:` for histogram descriptor");
    }
    if (std::exchange(seen[i], true)) {
      return scanner.Error(
          begin,
          absl::StrFormat("duplicate key %s in histogram", base::Quote(key)));
    }
    return kFields[i].read(scanner, fields);
  }
  return scanner.Error(
      begin,
      absl::StrFormat("bad histogram descriptor found: %s", base::Quote(key)));
}

void SetSpan(base::BucketRuns& runs, std::int32_t offset) {
  if (runs.counts.empty()) return;
  runs.spans = {{offset, static_cast<std::uint32_t>(runs.counts.size())}};
}

}  // namespace

bool ReadHistogram(SeriesScanner& scanner, base::FloatHistogram& histogram) {
  scanner.Accept("{{");
  Fields fields;
  std::array<bool, kFields.size()> seen = {};
  while (true) {
    scanner.SkipSpaces();
    if (scanner.Accept("}}")) break;
    if (!ReadField(scanner, fields, seen)) return false;
    if (scanner.SpaceFollows() || scanner.Follows("}}")) continue;
    return scanner.Unexpected(kContext, kExpectedKey);
  }
  histogram = std::move(fields.histogram);
  SetSpan(histogram.positive, fields.offset);
  SetSpan(histogram.negative, fields.negative_offset);
  return true;
}

}  // namespace promql
