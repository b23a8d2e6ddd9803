// Reads histograms as tests write them: {{schema:1 count:4 buckets:[1 2]}}.

#ifndef TESTS_BASE_HISTOGRAM_TEXT_H_
#define TESTS_BASE_HISTOGRAM_TEXT_H_

#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"

namespace base {

inline std::vector<double> NumbersOf(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    numbers.push_back(std::strtod(word.c_str(), nullptr));
  }
  return numbers;
}

inline void SetField(FloatHistogram& h, std::string_view key,
                     const std::string& value) {
  const double number = std::strtod(value.c_str(), nullptr);
  if (key == "schema") h.schema = static_cast<std::int32_t>(number);
  if (key == "count") h.count = number;
  if (key == "sum") h.sum = number;
  if (key == "z_bucket") h.zero_count = number;
  if (key == "z_bucket_w") h.zero_threshold = number;
  if (key == "custom_values") h.custom_bounds = NumbersOf(value);
  if (key == "buckets") h.positive.counts = NumbersOf(value);
  if (key == "n_buckets") h.negative.counts = NumbersOf(value);
  if (key == "offset" || key == "n_offset") {
    const auto offset = static_cast<std::int32_t>(number);
    (key == "offset" ? h.positive : h.negative).spans = {{offset, 0}};
  }
  if (value == "reset") h.counter_reset = CounterReset::kReset;
  if (value == "not_reset") h.counter_reset = CounterReset::kNotReset;
  if (value == "gauge") h.counter_reset = CounterReset::kGauge;
}

inline void CloseRuns(BucketRuns& runs) {
  if (runs.counts.empty()) {
    runs.spans.clear();
    return;
  }
  if (runs.spans.empty()) runs.spans.push_back({0, 0});
  runs.spans[0].length = static_cast<std::uint32_t>(runs.counts.size());
}

// REQUIRES: text is as TestExpression() writes it
inline FloatHistogram HistogramOf(std::string_view text) {
  FloatHistogram h;
  std::string_view rest = text.substr(2, text.size() - 4);
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const bool list = rest[colon + 1] == '[';
    const std::size_t start = colon + (list ? 2 : 1);
    const std::size_t end = rest.find(list ? ']' : ' ', start);
    SetField(h, rest.substr(0, colon),
             std::string(rest.substr(start, end - start)));
    rest.remove_prefix(std::min(rest.size(), end == rest.npos ? end : end + 1));
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  }
  CloseRuns(h.positive);
  CloseRuns(h.negative);
  return h;
}

}  // namespace base

#endif  // TESTS_BASE_HISTOGRAM_TEXT_H_
