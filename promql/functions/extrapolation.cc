#include "promql/functions/extrapolation.h"

namespace promql {
WindowGaps::WindowGaps(const Windows& windows)
    : present(windows.steps(), kAbsent),
      first(windows.steps()),
      last(windows.steps()),
      sampled(windows.steps()),
      before(windows.steps()),
      after(windows.steps()) {
  const std::span<const base::Timestamp> times = windows.floats.times;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const std::size_t begin = windows.float_bounds.begin[i];
    const std::size_t end = windows.float_bounds.end[i];
    if (end < begin + 2) continue;
    present[i] = kFloat;
    first[i] = static_cast<std::uint32_t>(begin);
    last[i] = static_cast<std::uint32_t>(end - 1);
    sampled[i] = base::Seconds(times[end - 1] - times[begin]);
    const double average = sampled[i] / static_cast<double>(end - begin - 1);
    const double threshold = average * 1.1;
    before[i] = base::Seconds(times[begin] - (windows.ends[i] - windows.range));
    if (before[i] >= threshold) before[i] = average / 2;
    after[i] = base::Seconds(windows.ends[i] - times[end - 1]);
    if (after[i] >= threshold) after[i] = average / 2;
  }
}

bool GrowthSpan::StartsInside() const {
  return !starts.empty() && starts.front() != 0 &&
         starts.front() > window_start && starts.front() < times.front();
}

double GrowthSpan::Factor() const {
  const base::Timestamp first = times.front();
  const base::Timestamp last = times.back();
  Gaps gaps{base::Seconds(first - window_start),
            base::Seconds(window_end - last), base::Seconds(last - first),
            static_cast<double>(times.size() - 1), zero_point_first};
  if (!StartsInside()) return gaps.Factor(is_counter, first_value, growth);
  // The average is that of the samples alone.
  const double average = gaps.intervals > 0 ? gaps.sampled / gaps.intervals : 0;
  const double sampled = base::Seconds(last - starts.front());
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
