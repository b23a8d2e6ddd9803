#include "promql/functions/extrapolation.h"

namespace promql {
namespace {

double Seconds(base::Duration duration) {
  return static_cast<double>(duration) / 1000;
}

}  // namespace

bool GrowthSpan::StartsInside() const {
  return !starts.empty() && starts.front() != 0 &&
         starts.front() > window_start && starts.front() < times.front();
}

double GrowthSpan::Factor() const {
  const base::Timestamp first = times.front();
  const base::Timestamp last = times.back();
  double to_start = Seconds(first - window_start);
  double to_end = Seconds(window_end - last);
  double sampled = Seconds(last - first);
  const auto intervals = static_cast<double>(times.size() - 1);
  const double average = intervals > 0 ? sampled / intervals : 0;
  const double threshold = average * 1.1;
  if (StartsInside()) {
    to_start = 0;
    sampled = Seconds(last - starts.front());
  } else {
    if (to_start >= threshold) to_start = average / 2;
    if (is_counter && growth > 0 && first_value >= 0) {
      const double to_zero = sampled * (first_value / growth);
      if (to_zero < to_start) to_start = to_zero;
    }
  }
  if (to_end >= threshold) to_end = average / 2;
  return (sampled + to_start + to_end) / sampled;
}

bool StartsOverlap(std::span<const base::Timestamp> times,
                   std::span<const base::Timestamp> starts) {
  for (std::size_t i = 1; i < starts.size(); ++i) {
    if (starts[i] != 0 && starts[i] < times[i - 1] &&
        starts[i] != starts[i - 1]) {
      return true;
    }
  }
  return false;
}

}  // namespace promql
