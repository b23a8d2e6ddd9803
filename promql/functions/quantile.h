// Quantiles of numbers.

#ifndef PROMQL_FUNCTIONS_QUANTILE_H_
#define PROMQL_FUNCTIONS_QUANTILE_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/diagnostic.h"

namespace promql {

// The quantile by linear interpolation, with NaN as the least number. Reorders
// the numbers. O(numbers). NaN when
// there are none or q is NaN, -Inf below 0, +Inf above 1. (quantile.go:717)
double Quantile(double q, std::vector<double>& numbers);

// The same for windows that never move backwards. Where most of a window is
// that of the step before, it is kept sorted: a binary search and a move for
// each change.
class SlidingQuantile {
 public:
  // The numbers must outlive this.
  explicit SlidingQuantile(std::span<const double> numbers)
      : numbers_(numbers) {}

  // Of the numbers [begin, end).
  double Of(double q, std::size_t begin, std::size_t end);

 private:
  void MoveTo(std::size_t begin, std::size_t end);

  std::span<const double> numbers_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  // The numbers [begin_, end_), in order when `sorted_`.
  std::vector<double> window_;
  bool sorted_ = true;
};

// Warns where a quantile is not in [0, 1]; of a row of the same, once.
void CheckQuantiles(std::span<const double> quantiles, base::Span span,
                    base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_QUANTILE_H_
