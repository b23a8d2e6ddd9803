#include "schema/exposition_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/number.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "schema/exposition_line.h"
#include "schema/exposition_scan.h"

namespace schema {
namespace {

using Suffixes = std::array<std::string_view, 4>;  // Some are empty.

// What a sample of a family of each type may be called: the family's name with
// one of these behind it. Prometheus lets every name pass: one that is none of
// these is that of a family by itself.
struct TypeRow {
  std::string_view name;
  bool text;          // Whether the text format has it.
  bool open_metrics;  // Whether OpenMetrics has it.
  Suffixes text_suffixes;
  Suffixes open_metrics_suffixes;
  std::string_view bound;  // The label that has a number in it.
};

// clang-format off
constexpr TypeRow kTypeRows[] = {
    {"counter",        true,  true,  {},                            {"_total", "_created"},                   ""},
    {"gauge",          true,  true,  {},                            {},                                       ""},
    {"histogram",      true,  true,  {"_bucket", "_sum", "_count"}, {"_bucket", "_sum", "_count", "_created"}, "le"},
    {"summary",        true,  true,  {"_sum", "_count"},            {"_sum", "_count", "_created"},           "quantile"},
    {"untyped",        true,  false, {},                            {},                                       ""},
    {"unknown",        false, true,  {},                            {},                                       ""},
    {"info",           false, true,  {},                            {"_info"},                                ""},
    {"stateset",       false, true,  {},                            {},                                       ""},
    {"gaugehistogram", false, true,  {},                            {"_bucket", "_gsum", "_gcount"},          ""},
};
// clang-format on

bool Lists(const Suffixes& suffixes, std::string_view suffix) {
  return std::ranges::find(suffixes, suffix) != suffixes.end();
}

// What a family without a TYPE is.
std::string_view Untyped(bool open_metrics) {
  return open_metrics ? "unknown" : "untyped";
}

const TypeRow* FindType(std::string_view name, bool open_metrics) {
  const auto row = std::ranges::find(kTypeRows, name, &TypeRow::name);
  if (row == std::end(kTypeRows)) return nullptr;
  return (open_metrics ? row->open_metrics : row->text) ? row : nullptr;
}

// What OpenMetrics asks of one that is given.
bool IsUnitOf(std::string_view unit, std::string_view family) {
  return family.size() > unit.size() && family.ends_with(unit) &&
         family[family.size() - unit.size() - 1] == '_';
}

// A series that was read before.
struct KnownSeries {
  std::string_view text;  // Empty: none.
  base::Labels labels;
  std::size_t family = 0;
  std::size_t number = 0;
};

class Reader {
 public:
  // With a sink, samples go there and not into the page.
  Reader(std::string_view text, base::Diagnostics& diagnostics,
         bool open_metrics, const SampleSinks* sinks, bool stored_bounds)
      : text_(text),
        diagnostics_(diagnostics),
        sinks_(sinks),
        stored_bounds_(stored_bounds) {
    page_.open_metrics = open_metrics;
  }

  std::optional<Exposition> Read();
  // With sinks: what was scanned of the next part of the page.
  void ReadPart(const ScannedPart& part);
  // Whether all went well, when all is read.
  bool Finish();

 private:
  bool open_metrics() const { return page_.open_metrics; }
  void ReadLineAt(base::Span place);
  void ReadLines(base::Span place);
  bool ReadLine(ExpositionLine& line);
  bool ReadComment(ExpositionLine& line);
  bool ReadMetadata(std::string_view keyword, ExpositionLine& line);
  bool SetType(ExpositionFamily& family, ExpositionLine& line);
  bool ReadSample(ExpositionLine& line);
  const KnownSeries* ReadSeries(ExpositionLine& line);
  bool ReadNewSeries(ExpositionLine& line, KnownSeries& series);
  void StoreBound(const ExpositionFamily& family,
                  std::vector<base::Label>& labels) const;
  bool ReadTail(ExpositionLine& line, ExpositionSample& sample);
  bool ReadTime(ExpositionLine& line, ExpositionSample& sample);
  bool ReadExemplar(ExpositionLine& line);
  ExpositionFamily& Family(const std::string& name);
  std::size_t IndexOf(const ExpositionFamily& family) const {
    return static_cast<std::size_t>(&family - page_.families.data());
  }
  void ForgetSeries() {
    known_.clear();
    last_ = nullptr;
  }
  // The family that a sample of this name belongs to, if it is known.
  ExpositionFamily* FamilyOf(std::string_view sample);

  std::string_view text_;
  base::Diagnostics& diagnostics_;
  const SampleSinks* sinks_;
  bool stored_bounds_;
  Exposition page_;
  absl::flat_hash_map<std::string, std::size_t> family_of_;
  // By their text, so that a series is taken apart once. Forgotten when a
  // family or type comes up, as samples may then belong elsewhere.
  absl::flat_hash_map<std::string_view, KnownSeries,
                      std::hash<std::string_view>>
      known_;
  const KnownSeries* last_ = nullptr;
  KnownSeries unnamed_;  // The last that no plain text names.
  std::size_t series_count_ = 0;
  bool ended_ = false;  // "# EOF" was read.
};

ExpositionFamily& Reader::Family(const std::string& name) {
  const auto [place, is_new] =
      family_of_.try_emplace(name, page_.families.size());
  if (is_new) {
    page_.families.push_back({name, "", "", "", {}});
    ForgetSeries();
  }
  return page_.families[place->second];
}

ExpositionFamily* Reader::FamilyOf(std::string_view sample) {
  ExpositionFamily* own = nullptr;  // The one of just this name.
  for (std::size_t cut = sample.size(); cut != std::string_view::npos;
       cut = sample.rfind('_', cut - 1)) {
    const auto found = family_of_.find(std::string(sample.substr(0, cut)));
    if (found != family_of_.end()) {
      ExpositionFamily& family = page_.families[found->second];
      const bool is_own = cut == sample.size();
      if (is_own) own = &family;
      const TypeRow* type = FindType(family.type, open_metrics());
      if (type != nullptr &&
          (is_own || Lists(open_metrics() ? type->open_metrics_suffixes
                                          : type->text_suffixes,
                           sample.substr(cut)))) {
        return &family;
      }
    }
    if (cut == 0) break;
  }
  return own;
}

// Of a family that is said to be of two types nothing is known.
bool Reader::SetType(ExpositionFamily& family, ExpositionLine& line) {
  const base::Span place = line.span();
  const std::string type(line.TakeRest());
  if (FindType(type, open_metrics()) == nullptr) {
    diagnostics_.Error(
        "unknown-type", place,
        absl::StrFormat("unknown metric type %s", base::Quote(type)));
    return true;
  }
  if (family.type == type) return true;
  ForgetSeries();
  family.type = family.type.empty() ? type : Untyped(open_metrics());
  return true;
}

bool Reader::ReadMetadata(std::string_view keyword, ExpositionLine& line) {
  std::string name;
  if (!line.TakeSpace() || !line.TakeFamilyName(name)) return false;
  ExpositionFamily& family = Family(name);
  // The text begins behind the next character, whatever that is.
  if (open_metrics()) {
    if (!line.TakeSpace()) return false;
  } else if (!line.AtEnd()) {
    line.Skip(1);
  }
  if (keyword == "TYPE") return SetType(family, line);
  const std::string_view rest = line.TakeRest();
  if (!base::IsUtf8(rest)) return line.Fail("the text is no UTF-8");
  if (keyword == "HELP") {
    family.help = UnescapeHelp(rest, open_metrics());
    return true;
  }
  if (!rest.empty() && !IsUnitOf(rest, name)) {
    return line.Fail(
        absl::StrFormat("the name %s does not end with its unit: "
                        "_%s",
                        name, rest));
  }
  family.unit = std::string(rest);
  return true;
}

bool Reader::ReadComment(ExpositionLine& line) {
  if (open_metrics()) {
    if (!line.TakeSpace()) return false;
    const std::string keyword(line.TakeWord());
    if (keyword == "HELP" || keyword == "TYPE" || keyword == "UNIT") {
      return ReadMetadata(keyword, line);
    }
    ended_ = keyword == "EOF" && line.AtEnd();
    return ended_ ||
           line.Fail("OpenMetrics has no comments but HELP, TYPE, UNIT, EOF");
  }
  // What the # runs on into, and a keyword alone, are remarks.
  const char next = line.Peek();
  line.SkipSpace();
  const std::string keyword(line.TakeWord());
  const bool metadata = (next == ' ' || next == '\t') && !line.AtEnd() &&
                        (keyword == "HELP" || keyword == "TYPE");
  return !metadata || ReadMetadata(keyword, line);
}

// Milliseconds in the text format, seconds in OpenMetrics, of which Prometheus
// cuts off what is left behind a multiplication. Times beyond year 285,000 are
// refused: a query may add durations to the others without fear.
bool Reader::ReadTime(ExpositionLine& line, ExpositionSample& sample) {
  constexpr base::Timestamp kMaxTime = 9'000'000'000'000'000;
  if (open_metrics()) {
    double seconds = 0;
    if (!line.TakeNumber(seconds)) return false;
    if (!(std::fabs(seconds) <= static_cast<double>(kMaxTime) / 1000)) {
      return line.Fail("the timestamp is out of range");
    }
    sample.time = static_cast<base::Timestamp>(seconds * 1000);
    return true;
  }
  const std::string_view word = line.TakeWord();
  base::Timestamp time = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, time);
  if (stop != end || error != std::errc()) {
    return line.Fail(
        absl::StrFormat("expected a timestamp in whole milliseconds, got %s",
                        base::Quote(word)));
  }
  if (time < -kMaxTime || time > kMaxTime) {
    return line.Fail("the timestamp is out of range");
  }
  sample.time = time;
  return true;
}

bool Reader::ReadExemplar(ExpositionLine& line) {
  if (!line.TakeCharacter('#')) return line.Fail("unexpected text");
  double value = 0;
  if (!line.TakeSpace() || !line.TakeExemplarLabels() || !line.TakeSpace() ||
      !line.TakeNumber(value)) {
    return false;
  }
  if (line.AtEnd()) return true;
  ExpositionSample ignored;
  return line.TakeSpace() && ReadTime(line, ignored) &&
         (line.AtEnd() || line.Fail("unexpected text behind the exemplar"));
}

void Reader::StoreBound(const ExpositionFamily& family,
                        std::vector<base::Label>& labels) const {
  const TypeRow* type = FindType(family.type, open_metrics());
  if (!stored_bounds_ || type == nullptr || type->bound.empty()) return;
  const auto label = std::ranges::find(labels, type->bound, &base::Label::name);
  if (label == labels.end()) return;
  const auto bound = base::ParseFloat(label->value);
  if (bound.has_value()) label->value = base::FormatBound(*bound);
}

bool Reader::ReadNewSeries(ExpositionLine& line, KnownSeries& series) {
  std::string name;
  std::vector<base::Label> labels;
  if (line.Peek() != '{' && !line.TakeMetricName(name)) return false;
  line.SkipSpace();
  if (line.Peek() == '{' && !line.TakeSeriesLabels(name, labels)) return false;
  ExpositionFamily* family = FamilyOf(name);
  if (family == nullptr) family = &Family(name);
  StoreBound(*family, labels);
  series.family = IndexOf(*family);
  labels.push_back({std::string(base::kMetricName), std::move(name)});
  series.labels = base::Labels(std::move(labels));
  series.number = series_count_++;
  return true;
}

// Null after a failure.
const KnownSeries* Reader::ReadSeries(ExpositionLine& line) {
  // Mostly the series of the line before. Its text ends in a brace or is a name
  // that a longer one may begin with.
  if (last_ != nullptr && last_->text.ends_with('}') &&
      line.StartsWith(last_->text)) {
    line.Skip(last_->text.size());
    return last_;
  }
  const std::string_view text = line.PeekSeries();
  const auto found = known_.find(text);
  if (!text.empty() && found != known_.end()) {
    line.Skip(text.size());
    return last_ = &found->second;
  }
  KnownSeries series;
  if (!ReadNewSeries(line, series)) return nullptr;
  series.text = text;
  if (text.empty()) {
    unnamed_ = std::move(series);
    return last_ = &unnamed_;
  }
  return last_ =
             &known_.insert_or_assign(text, std::move(series)).first->second;
}

// What stands behind the value.
bool Reader::ReadTail(ExpositionLine& line, ExpositionSample& sample) {
  if (line.TakeEnd()) return true;
  if (!line.TakeSpace()) return false;
  if (line.Peek() != '#') {
    if (!ReadTime(line, sample)) return false;
    if (line.TakeEnd()) return true;
    if (!line.TakeSpace()) return false;
  }
  return open_metrics() ? ReadExemplar(line) : line.Fail("unexpected text");
}

bool Reader::ReadSample(ExpositionLine& line) {
  ExpositionSample sample;
  sample.span = line.whole();
  const KnownSeries* series = ReadSeries(line);
  if (series == nullptr) return false;
  if (!line.TakeSpace() || !line.TakeNumber(sample.value) ||
      !ReadTail(line, sample)) {
    return false;
  }
  if (sinks_ != nullptr) {
    sinks_->sample({series->labels, series->number, sample.value, sample.time,
                    sample.span});
    return true;
  }
  sample.labels = series->labels;
  page_.families[series->family].samples.push_back(std::move(sample));
  return true;
}

bool Reader::ReadLine(ExpositionLine& line) {
  if (ended_) return line.Fail("nothing may stand behind # EOF");
  if (line.TakeEnd()) {
    return !open_metrics() || line.Fail("OpenMetrics has no empty lines");
  }
  return line.TakeCharacter('#') ? ReadComment(line) : ReadSample(line);
}

void Reader::ReadLineAt(base::Span place) {
  ExpositionLine line(text_.substr(place.begin, place.end - place.begin),
                      place.begin, open_metrics());
  if (!ReadLine(line)) {
    diagnostics_.Error("bad-exposition", line.span(), line.problem());
    last_ = nullptr;  // Its series was named, and got no sample.
  }
}

void Reader::ReadLines(base::Span place) {
  for (std::size_t begin = place.begin; begin < place.end;) {
    const std::size_t end = std::min(text_.find('\n', begin), place.end);
    ReadLineAt({begin, end});
    begin = end + 1;
  }
}

void Reader::ReadPart(const ScannedPart& part) {
  // The numbers of the part's series; of one that was not read, none.
  std::vector<std::optional<std::size_t>> numbers;
  for (const ScanStep& step : part.steps) {
    if (step.count > 0) {
      const auto number = numbers[step.series];
      if (ended_ || !number.has_value()) {
        // Each of its lines is wrong, or the first to name the series.
        ReadLines(step.line);
        continue;
      }
      sinks_->run({*number,
                   std::span(part.times).subspan(step.first, step.count),
                   std::span(part.values).subspan(step.first, step.count)});
      continue;
    }
    last_ = nullptr;
    ReadLineAt(step.line);
    if (step.series == ScanStep::kNoSeries) continue;
    numbers.resize(std::max<std::size_t>(numbers.size(), step.series + 1));
    if (last_ != nullptr) numbers[step.series] = last_->number;
  }
}

bool Reader::Finish() {
  if (open_metrics() && !ended_) {
    diagnostics_.Error("bad-exposition", {text_.size(), text_.size()},
                       "OpenMetrics must end with # EOF");
  }
  return diagnostics_.ok();
}

std::optional<Exposition> Reader::Read() {
  ReadLines({0, text_.size()});
  if (!Finish()) return std::nullopt;
  for (ExpositionFamily& family : page_.families) {
    if (family.type.empty()) family.type = Untyped(open_metrics());
  }
  return std::move(page_);
}

// The first timestamp of a sample from here on, as it is written.
std::string_view FirstTime(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    ExpositionLine line(text.substr(0, end - 1), 0, /*open_metrics=*/false);
    text.remove_prefix(end);
    const std::string_view series = line.PeekSeries();
    if (series.empty()) continue;
    line.Skip(series.size());
    line.SkipSpace();
    line.TakeWord();
    line.SkipSpace();
    if (!line.AtEnd() && line.Peek() != '#') return line.TakeWord();
  }
  return {};
}

// In OpenMetrics the name of a counter's family has no "_total", though
// Prometheus takes it: a page that has it, and milliseconds, is a text page
// which happens to end in "# EOF".
bool LooksLikeOpenMetrics(std::string_view text) {
  std::string_view page = text;
  while (page.ends_with('\n')) page.remove_suffix(1);
  if (page != "# EOF" && !page.ends_with("\n# EOF")) return false;
  constexpr std::string_view kTextCounter = "_total counter\n";
  const std::size_t counter = text.find(kTextCounter);
  if (counter == std::string_view::npos) return true;
  // Seconds of so many digits are thousands of years away.
  constexpr std::size_t kMillisecondDigits = 12;
  const std::string_view time =
      FirstTime(text.substr(counter + kTextCounter.size()));
  return time.size() < kMillisecondDigits ||
         time.find_first_not_of("0123456789") != std::string_view::npos;
}

bool IsOpenMetrics(std::string_view text, ExpositionFormat format) {
  return format == ExpositionFormat::kOpenMetrics ||
         (format == ExpositionFormat::kDetect && LooksLikeOpenMetrics(text));
}

// Scans the parts side by side.
std::vector<ScannedPart> ScanParts(std::string_view page,
                                   const std::vector<base::Span>& parts,
                                   bool open_metrics, std::size_t threads) {
  std::vector<ScannedPart> scanned(parts.size());
  base::ForEachInParallel(parts.size(), threads, [&](std::size_t i) {
    scanned[i] = ScanLines(page, parts[i], open_metrics);
  });
  return scanned;
}

}  // namespace

std::optional<Exposition> ReadExposition(const base::Source& source,
                                         base::Diagnostics& diagnostics,
                                         ExpositionFormat format) {
  const std::string_view text = source.text();
  return Reader(text, diagnostics, IsOpenMetrics(text, format), nullptr,
                /*stored_bounds=*/false)
      .Read();
}

bool ReadSamples(std::string_view page, base::Diagnostics& diagnostics,
                 const SampleSinks& sinks, const SampleReading& reading) {
  const bool open_metrics = IsOpenMetrics(page, reading.format);
  const std::size_t most =
      reading.most_parts > 0 ? reading.most_parts : base::HardwareThreads();
  const auto parts = CutIntoParts(page, most, reading.shortest_part);
  Reader reader(page, diagnostics, open_metrics, &sinks, reading.stored_bounds);
  for (const ScannedPart& part :
       ScanParts(page, parts, open_metrics, reading.threads)) {
    reader.ReadPart(part);
  }
  return reader.Finish();
}

}  // namespace schema
