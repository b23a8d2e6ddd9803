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
  Gaps gaps{Seconds(first - window_start), Seconds(window_end - last),
            Seconds(last - first), static_cast<double>(times.size() - 1),
            zero_point_first};
  if (!StartsInside()) return gaps.Factor(is_counter, first_value, growth);
  // The average is that of the samples alone.
  const double average = gaps.intervals > 0 ? gaps.sampled / gaps.intervals : 0;
  const double sampled = Seconds(last - starts.front());
  const double after = gaps.to_end >= average * 1.1 ? average / 2 : gaps.to_end;
  return (sampled + 0 + after) / sampled;
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
