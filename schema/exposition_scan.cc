#include "schema/exposition_scan.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace schema {
namespace {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                   1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                   1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsMetricNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
         c == '_' || c == ':';
}

// A decimal number of at most 15 digits is a quotient of two doubles that are
// exact, and so rounded once; others are left to the library. Null when there
// is no number before `end`, else where it ends.
const char* ReadValue(const char* at, const char* end, double& value) {
  const char* const begin = at;
  const bool negative = at < end && *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;
  const char* const first = at;
  while (at < end && IsDigit(*at)) {
    digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
  }
  auto count = at - first;
  std::ptrdiff_t decimals = 0;
  if (count > 0 && at < end && *at == '.') {
    const char* const point = at++;
    while (at < end && IsDigit(*at)) {
      digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    }
    decimals = at - point - 1;
    count += decimals;
  }
  if (count > 0 && count <= 15 && (at == end || *at == ' ')) {
    value = static_cast<double>(digits) / kPowersOfTen[decimals];
    if (negative) value = -value;
    return at;
  }
  // What from_chars takes and ExpositionLine does not begins with a letter.
  if (first == end || !IsDigit(*first)) return nullptr;
  const auto [stop, error] = std::from_chars(begin, end, value);
  return error == std::errc() ? stop : nullptr;
}

// At most `most` digits up to `end` or a point.
const char* ReadWhole(const char* at, const char* end, std::ptrdiff_t most,
                      base::Timestamp& number) {
  const char* const begin = at;
  number = 0;
  while (at < end && IsDigit(*at) && at - begin < most) {
    number = number * 10 + (*at++ - '0');
  }
  return at == begin ? nullptr : at;
}

// Whole milliseconds, or seconds with at most three decimals; false for others.
bool ReadTime(const char* at, const char* end, bool open_metrics,
              base::Timestamp& time) {
  constexpr std::ptrdiff_t kMostMilliseconds = 13;
  constexpr std::ptrdiff_t kMostSeconds = 10;
  at =
      ReadWhole(at, end, open_metrics ? kMostSeconds : kMostMilliseconds, time);
  if (at == nullptr || !open_metrics) return at == end;
  if (at == end) {
    time *= 1000;
    return true;
  }
  if (*at++ != '.' || end - at > 3) return false;
  const std::ptrdiff_t decimals = end - at;
  for (; at < end; ++at) {
    if (!IsDigit(*at)) return false;
    time = time * 10 + (*at - '0');
  }
  const double seconds = static_cast<double>(time) / kPowersOfTen[decimals];
  time = static_cast<base::Timestamp>(seconds * 1000);
  return true;
}

// What names the line's series, when a space and something else follow it;
// else empty.
std::string_view SeriesOf(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && IsMetricNameCharacter(line[end])) ++end;
  if (end == line.size()) return {};
  if (line[end] == '{') {
    bool quoted = false;
    for (; end < line.size(); ++end) {
      const char c = line[end];
      if (c == '"') quoted = !quoted;
      if (c == '\\' && quoted) ++end;
      if (c == '}' && !quoted) break;
    }
    ++end;
  }
  if (end == 0 || end + 1 >= line.size() || line[end] != ' ' ||
      line[end + 1] == ' ' || line[end + 1] == '{' || line[end + 1] == '\t') {
    return {};
  }
  return line.substr(0, end);
}

class Scanner {
 public:
  Scanner(std::string_view page, bool open_metrics)
      : page_(page), open_metrics_(open_metrics) {}

  ScannedPart Scan(base::Span part);

 private:
  void ScanLine(std::string_view line, base::Span place);
  void ScanComment(std::string_view line, base::Span place);
  // Nothing when the rest of a plain line is not so plain.
  bool ScanSample(std::string_view rest, base::Span place);
  void Leave(base::Span place, std::uint32_t series) {
    scanned_.steps.push_back({place, series, 0, 0});
  }

  std::string_view page_;
  bool open_metrics_;
  ScannedPart scanned_;
  absl::flat_hash_map<std::string_view, std::uint32_t,
                      std::hash<std::string_view>>
      known_;
  absl::flat_hash_set<std::string_view, std::hash<std::string_view>> comments_;
  std::string_view last_;  // The series of the line before, when it is known.
  std::uint32_t last_number_ = ScanStep::kNoSeries;
  std::uint32_t series_count_ = 0;
  bool ended_ = false;  // No line may follow.
};

// What was said before says nothing new.
void Scanner::ScanComment(std::string_view line, base::Span place) {
  Leave(place, ScanStep::kNoSeries);
  if (line == "# EOF") ended_ = true;
  if (!comments_.insert(line).second) return;
  known_.clear();
  last_ = {};
}

bool Scanner::ScanSample(std::string_view rest, base::Span place) {
  const char* const end = rest.data() + rest.size();
  double value = 0;
  base::Timestamp time = 0;
  const char* const at = ReadValue(rest.data(), end, value);
  if (at == nullptr || at == end || *at != ' ' ||
      !ReadTime(at + 1, end, open_metrics_, time)) {
    return false;
  }
  auto& steps = scanned_.steps;
  if (steps.empty() || steps.back().count == 0 ||
      steps.back().series != last_number_) {
    steps.push_back({place, last_number_, scanned_.times.size(), 0});
  }
  ++steps.back().count;
  steps.back().line.end = place.end;
  scanned_.times.push_back(time);
  scanned_.values.push_back(value);
  return true;
}

void Scanner::ScanLine(std::string_view line, base::Span place) {
  if (line.starts_with('#')) return ScanComment(line, place);
  if (ended_) return Leave(place, ScanStep::kNoSeries);
  const bool again = !last_.empty() && line.size() > last_.size() + 1 &&
                     line[last_.size()] == ' ' && line.starts_with(last_);
  if (!again) {
    const std::string_view series = SeriesOf(line);
    if (series.empty()) return Leave(place, ScanStep::kNoSeries);
    const auto [found, is_new] = known_.try_emplace(series, series_count_);
    last_ = series;
    last_number_ = found->second;
    if (is_new) {
      ++series_count_;
      return Leave(place, last_number_);
    }
  }
  if (!ScanSample(line.substr(last_.size() + 1), place)) {
    Leave(place, ScanStep::kNoSeries);
  }
}

ScannedPart Scanner::Scan(base::Span part) {
  // Most lines are longer.
  constexpr std::size_t kShortLine = 48;
  scanned_.times.reserve((part.end - part.begin) / kShortLine);
  scanned_.values.reserve((part.end - part.begin) / kShortLine);
  for (std::size_t begin = part.begin; begin < part.end;) {
    const char* const text = page_.data() + begin;
    const void* const stop = std::memchr(text, '\n', part.end - begin);
    if (stop == nullptr) {
      Leave({begin, part.end}, ScanStep::kNoSeries);
      break;
    }
    const auto size =
        static_cast<std::size_t>(static_cast<const char*>(stop) - text);
    ScanLine({text, size}, {begin, begin + size});
    begin += size + 1;
  }
  return std::move(scanned_);
}

}  // namespace

ScannedPart ScanLines(std::string_view page, base::Span part,
                      bool open_metrics) {
  return Scanner(page, open_metrics).Scan(part);
}

std::vector<base::Span> CutIntoParts(std::string_view page, std::size_t most,
                                     std::size_t shortest) {
  const std::size_t count = std::clamp<std::size_t>(
      page.size() / std::max<std::size_t>(shortest, 1), 1, most);
  std::vector<base::Span> parts;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= count && begin < page.size(); ++i) {
    const std::size_t target = std::max(begin, page.size() / count * i);
    const std::size_t line_end = page.find('\n', target);
    const bool last = i == count || line_end == std::string_view::npos;
    const std::size_t end = last ? page.size() : line_end + 1;
    parts.push_back({begin, end});
    begin = end;
  }
  return parts;
}

}  // namespace schema
