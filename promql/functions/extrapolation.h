// rate() and increase(): from the samples to the edges of the window.

#ifndef PROMQL_FUNCTIONS_EXTRAPOLATION_H_
#define PROMQL_FUNCTIONS_EXTRAPOLATION_H_

#include <cstddef>
#include <span>

#include "base/time.h"

namespace promql {

// The samples of one window, as far as extrapolation looks at them.
struct GrowthSpan {
  base::Timestamp window_start = 0;
  base::Timestamp window_end = 0;
  std::span<const base::Timestamp> times;
  std::span<const base::Timestamp> starts;  // Empty: unknown.
  double first_value = 0;                   // A histogram's count.
  double growth = 0;
  bool is_counter = false;

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
