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
#include "base/parallel.h"
#include "base/utf8.h"
#include "schema/exposition_line.h"
#include "schema/exposition_scan.h"

namespace schema {
namespace {

// What a sample of a family of each type may be called: the family's name with
// one of these behind it.
struct TypeRow {
  std::string_view name;
  bool text;          // Whether the text format has it.
  bool open_metrics;  // Whether OpenMetrics has it.
  std::array<std::string_view, 6> text_suffixes;
  std::array<std::string_view, 6> open_metrics_suffixes;
};

// Marks the end of a row's suffixes.
constexpr std::string_view kEnd = "|";

// clang-format off
constexpr TypeRow kTypes[] = {
    {"counter",        true,  true,  {"", kEnd},                          {"_total", "_created", kEnd}},
    {"gauge",          true,  true,  {"", kEnd},                          {"", kEnd}},
    {"histogram",      true,  true,  {"_bucket", "_sum", "_count", kEnd}, {"_bucket", "_sum", "_count", "_created", kEnd}},
    {"summary",        true,  true,  {"", "_sum", "_count", kEnd},        {"", "_sum", "_count", "_created", kEnd}},
    {"untyped",        true,  false, {"", kEnd},                          {kEnd}},
    {"unknown",        false, true,  {kEnd},                              {"", kEnd}},
    {"info",           false, true,  {kEnd},                              {"_info", kEnd}},
    {"stateset",       false, true,  {kEnd},                              {"", kEnd}},
    {"gaugehistogram", false, true,  {kEnd},                              {"_bucket", "_gsum", "_gcount", kEnd}},
};
// clang-format on

const TypeRow* FindType(std::string_view name, bool open_metrics) {
  const auto row = std::ranges::find(kTypes, name, &TypeRow::name);
  if (row == std::end(kTypes)) return nullptr;
  return (open_metrics ? row->open_metrics : row->text) ? row : nullptr;
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
         bool open_metrics, const SampleSinks* sinks)
      : text_(text), diagnostics_(diagnostics), sinks_(sinks) {
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
  // The family that a sample of this name belongs to.
  ExpositionFamily* FamilyOf(std::string_view sample);

  std::string_view text_;
  base::Diagnostics& diagnostics_;
  const SampleSinks* sinks_;
  Exposition page_;
  absl::flat_hash_map<std::string, std::size_t> family_of_;
  std::vector<bool> sampled_;  // Whether each family had a sample.
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
    sampled_.push_back(false);
    ForgetSeries();
  }
  return page_.families[place->second];
}

ExpositionFamily* Reader::FamilyOf(std::string_view sample) {
  for (std::size_t cut = sample.size(); cut != std::string_view::npos;
       cut = sample.rfind('_', cut - 1)) {
    const auto found = family_of_.find(std::string(sample.substr(0, cut)));
    if (found != family_of_.end()) {
      ExpositionFamily& family = page_.families[found->second];
      const TypeRow* type = FindType(family.type, open_metrics());
      if (type != nullptr) {
        const auto& suffixes =
            open_metrics() ? type->open_metrics_suffixes : type->text_suffixes;
        for (const std::string_view suffix : suffixes) {
          if (suffix == kEnd) break;
          if (suffix == sample.substr(cut)) return &family;
        }
      } else if (cut == sample.size()) {
        return &family;
      }
    }
    if (cut == 0) break;
  }
  return nullptr;
}

bool Reader::SetType(ExpositionFamily& family, ExpositionLine& line) {
  const base::Span place = line.span();
  const std::string type(line.TakeWord());
  if (FindType(type, open_metrics()) == nullptr) {
    diagnostics_.Error(
        "unknown-type", place,
        absl::StrFormat("unknown metric type %s", base::Quote(type)));
    return true;
  }
  if (!family.type.empty() && family.type != type) {
    return line.Fail(absl::StrFormat("%s was said to be a %s before",
                                     family.name, family.type));
  }
  if (family.type.empty() && sampled_[IndexOf(family)]) {
    return line.Fail("the TYPE must stand before the samples");
  }
  if (family.type.empty()) ForgetSeries();
  family.type = type;
  line.SkipSpace();
  return line.AtEnd() || line.Fail("unexpected text behind the type");
}

bool Reader::ReadMetadata(std::string_view keyword, ExpositionLine& line) {
  line.SkipSpace();
  std::string name;
  if (!line.TakeMetricName(name)) return false;
  ExpositionFamily& family = Family(name);
  if (line.SkipSpace() == 0 && !line.AtEnd()) {
    return line.Fail("expected a space behind the metric name");
  }
  if (keyword == "TYPE") return SetType(family, line);
  const std::string_view rest = line.TakeRest();
  if (!base::IsUtf8(rest)) return line.Fail("the text is no UTF-8");
  if (keyword == "UNIT") {
    family.unit = std::string(rest);
  } else {
    family.help = UnescapeHelp(rest, open_metrics());
  }
  return true;
}

bool Reader::ReadComment(ExpositionLine& line) {
  if (line.SkipSpace() == 0 && open_metrics()) {
    return line.Fail("expected a space behind #");
  }
  const std::string keyword(line.TakeWord());
  if (keyword == "HELP" || keyword == "TYPE" ||
      (open_metrics() && keyword == "UNIT")) {
    return ReadMetadata(keyword, line);
  }
  if (!open_metrics()) return true;
  if (keyword != "EOF" || !line.AtEnd()) {
    return line.Fail("OpenMetrics has no comments but HELP, TYPE, UNIT, EOF");
  }
  ended_ = true;
  return true;
}

// Milliseconds in the text format, seconds in OpenMetrics. Times beyond year
// 285,000 are refused: a query may add durations to the others without fear.
bool Reader::ReadTime(ExpositionLine& line, ExpositionSample& sample) {
  constexpr base::Timestamp kMaxTime = 9'000'000'000'000'000;
  if (open_metrics()) {
    double seconds = 0;
    if (!line.TakeNumber(seconds)) return false;
    if (!(std::fabs(seconds) <= static_cast<double>(kMaxTime) / 1000)) {
      return line.Fail("the timestamp is out of range");
    }
    sample.time = static_cast<base::Timestamp>(std::round(seconds * 1000));
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
  line.SkipSpace();
  std::vector<base::Label> labels;
  double value = 0;
  if (!line.TakeLabels(labels)) return false;
  line.SkipSpace();
  if (!line.TakeNumber(value)) return false;
  line.SkipSpace();
  ExpositionSample ignored;
  return line.AtEnd() || (ReadTime(line, ignored) && line.AtEnd()) ||
         line.Fail("unexpected text behind the exemplar");
}

bool Reader::ReadNewSeries(ExpositionLine& line, KnownSeries& series) {
  std::string name;
  if (!line.TakeMetricName(name)) return false;
  std::vector<base::Label> labels;
  const bool spaced = line.SkipSpace() > 0;
  if (line.Peek() == '{') {
    if (!line.TakeLabels(labels)) return false;
  } else if (!spaced && !line.AtEnd()) {
    // Else PeekSeries would name a series by more than its name.
    return line.Fail("expected a space or { behind the metric name");
  }
  ExpositionFamily* family = FamilyOf(name);
  if (family == nullptr) {
    family = &Family(name);
    if (!family->type.empty()) {
      return line.Fail(absl::StrFormat("a %s has no sample of the name %s",
                                       family->type, name));
    }
  }
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

bool Reader::ReadSample(ExpositionLine& line) {
  ExpositionSample sample;
  sample.span = line.whole();
  const KnownSeries* series = ReadSeries(line);
  if (series == nullptr) return false;
  line.SkipSpace();
  if (!line.TakeNumber(sample.value)) return false;
  line.SkipSpace();
  if (!line.AtEnd() && line.Peek() != '#' && !ReadTime(line, sample)) {
    return false;
  }
  line.SkipSpace();
  if (!line.AtEnd() &&
      !(open_metrics() ? ReadExemplar(line) : line.Fail("unexpected text"))) {
    return false;
  }
  sampled_[series->family] = true;
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
  if (!open_metrics()) line.SkipSpace();
  if (line.AtEnd()) {
    return !open_metrics() || line.Fail("OpenMetrics has no empty lines");
  }
  return line.TakeCharacter('#') ? ReadComment(line) : ReadSample(line);
}

void Reader::ReadLineAt(base::Span place) {
  ExpositionLine line(text_.substr(place.begin, place.end - place.begin),
                      place.begin);
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
  if (!open_metrics() && !text_.empty() && !text_.ends_with('\n')) {
    diagnostics_.Error("bad-exposition", {text_.size(), text_.size()},
                       "the last line must end with a line break");
  }
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
    if (family.type.empty()) {
      family.type = open_metrics() ? "unknown" : "untyped";
    }
  }
  return std::move(page_);
}

// In OpenMetrics the name of a counter's family has no "_total": a page that
// says so is a text page which happens to end in "# EOF".
bool LooksLikeOpenMetrics(std::string_view text) {
  std::string_view page = text;
  while (page.ends_with('\n')) page.remove_suffix(1);
  if (page != "# EOF" && !page.ends_with("\n# EOF")) return false;
  constexpr std::string_view kTextCounter = "_total counter\n";
  return memmem(text.data(), text.size(), kTextCounter.data(),
                kTextCounter.size()) == nullptr;
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
  return Reader(text, diagnostics, IsOpenMetrics(text, format), nullptr).Read();
}

bool ReadSamples(std::string_view page, base::Diagnostics& diagnostics,
                 const SampleSinks& sinks, const SampleReading& reading) {
  const bool open_metrics = IsOpenMetrics(page, reading.format);
  const std::size_t most =
      reading.most_parts > 0 ? reading.most_parts : base::HardwareThreads();
  const auto parts = CutIntoParts(page, most, reading.shortest_part);
  Reader reader(page, diagnostics, open_metrics, &sinks);
  for (const ScannedPart& part :
       ScanParts(page, parts, open_metrics, reading.threads)) {
    reader.ReadPart(part);
  }
  return reader.Finish();
}

}  // namespace schema
