// rate() and increase(): from the samples to the edges of the window.

#ifndef PROMQL_FUNCTIONS_EXTRAPOLATION_H_
#define PROMQL_FUNCTIONS_EXTRAPOLATION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "promql/functions/window.h"

namespace promql {

// What lies around the growth between the first and the last sample of a
// window. Seconds.
struct Gaps {
  double to_start = 0;  // From the window's start to the first sample.
  double to_end = 0;
  double sampled = 0;             // Between the first and the last sample.
  double intervals = 0;           // How many samples less one.
  bool zero_point_first = false;  // As older servers do.

  // What the growth is to be multiplied by, for a series whose start is not
  // known; see GrowthSpan::Factor. `first_value` matters for counters.
  double Factor(bool is_counter, double first_value, double growth) const {
    const double average = intervals > 0 ? sampled / intervals : 0;
    const double threshold = average * 1.1;
    double before = to_start;
    if (before >= threshold && !zero_point_first) before = average / 2;
    if (is_counter && growth > 0 && first_value >= 0) {
      const double to_zero = sampled * (first_value / growth);
      if (to_zero < before) before = to_zero;
    }
    // Of effect only in the older order.
    if (before >= threshold) before = average / 2;
    const double after = to_end >= threshold ? average / 2 : to_end;
    return (sampled + before + after) / sampled;
  }
};

// What Gaps::Factor reads of the times of all windows, a column each, so that a
// loop over the steps need not branch. Of no meaning where a window has fewer
// than two samples.
struct WindowGaps {
  explicit WindowGaps(const Windows& windows);

  std::vector<std::uint8_t> present;  // kFloat where there are two samples.
  std::vector<std::uint32_t> first;   // The index of the first sample, or 0.
  std::vector<std::uint32_t> last;
  std::vector<double> sampled;  // Seconds.
  std::vector<double> before;   // As far as the times limit it.
  std::vector<double> after;
};

// The samples of one window, as far as extrapolation looks at them.
struct GrowthSpan {
  base::Timestamp window_start = 0;
  base::Timestamp window_end = 0;
  std::span<const base::Timestamp> times;
  std::span<const base::Timestamp> starts;  // Empty: unknown.
  double first_value = 0;                   // A histogram's count.
  double growth = 0;
  bool is_counter = false;
  bool zero_point_first = false;  // As older servers do.

  // Whether the first sample's counter started within the window, so that all
  // of its value was gained there.
  bool StartsInside() const;

  // Extends the growth between the samples to the window's edges, at most by
  // half a sampling interval where the series seems to begin or end, and not
  // below zero for a counter. The order of operations is upstream's, and the
  // result bit-equal. (functions.go:452)
  double Factor() const;
};

// Whether a start timestamp lies before the sample before it, though it is
// another one: then the producer's intervals overlap.
bool StartsOverlap(std::span<const base::Timestamp> times,
                   std::span<const base::Timestamp> starts);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_EXTRAPOLATION_H_
