// Quantiles of numbers.

#ifndef PROMQL_FUNCTIONS_QUANTILE_H_
#define PROMQL_FUNCTIONS_QUANTILE_H_

#include <vector>

#include "base/diagnostic.h"

namespace promql {

// The quantile by linear interpolation, with NaN as the least number. Reorders
// the numbers. O(numbers). NaN when
// there are none or q is NaN, -Inf below 0, +Inf above 1. (quantile.go:717)
double Quantile(double q, std::vector<double>& numbers);

// Whether q is in [0, 1]; else with a warning.
bool CheckQuantile(double q, base::Span span, base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_QUANTILE_H_
