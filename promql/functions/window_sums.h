// Compensated sums over the windows of a series.

#ifndef PROMQL_FUNCTIONS_WINDOW_SUMS_H_
#define PROMQL_FUNCTIONS_WINDOW_SUMS_H_

#include <span>
#include <vector>

#include "promql/functions/kahan.h"
#include "promql/functions/window.h"

namespace promql {

// For each window what KahanSum comes to over its values, one after the other
// from 0, to the bit but for the sign of a zero; NaN where something on the way
// is not finite, which is then to be summed with KahanSum itself.
//
// A compensated sum cannot be rolled back, so each window is scanned anew,
// eight windows at a time: O(samples of all windows). Whole numbers (or
// eighths, or hundreds of a power of two) add up without any error, in whatever
// order: for those, differences of running sums, O(samples + steps).
std::vector<KahanSum> SumWindows(std::span<const double> values,
                                 const Windows::Bounds& bounds);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_WINDOW_SUMS_H_
