#include "promql/functions/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace promql {

namespace {

// The two that lie around the rank, as if the numbers were sorted, NaN first.
// O(numbers).
template <typename Less>
std::pair<double, double> Around(std::vector<double>& numbers,
                                 std::size_t lower, std::size_t upper,
                                 Less less) {
  const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(lower);
  std::nth_element(numbers.begin(), at, numbers.end(), less);
  if (lower == upper) return {*at, *at};
  return {*at, *std::min_element(at + 1, numbers.end(), less)};
}

}  // namespace

double Quantile(double q, std::vector<double>& numbers) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (numbers.empty() || std::isnan(q)) return std::nan("");
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  const double rank = q * (static_cast<double>(numbers.size()) - 1);
  const double floor = std::floor(rank);
  const auto lower = static_cast<std::size_t>(std::max(0.0, floor));
  const std::size_t upper = std::min(numbers.size() - 1, lower + 1);
  const double weight = rank - floor;
  const bool has_nan = std::ranges::any_of(
      numbers, [](double number) { return std::isnan(number); });
  const auto [below, above] =
      has_nan ? Around(numbers, lower, upper,
                       [](double a, double b) {
                         return std::isnan(a) ? !std::isnan(b) : a < b;
                       })
              : Around(numbers, lower, upper, std::less<>());
  return below * (1 - weight) + above * weight;
}

bool CheckQuantile(double q, base::Span span, base::Diagnostics& diagnostics) {
  if (q >= 0 && q <= 1) return true;
  diagnostics.Warning(
      "invalid-quantile", span,
      absl::StrFormat(
          "PromQL warning: quantile value should be between 0 and 1, got %s",
          base::FormatGeneral(q)));
  return false;
}

}  // namespace promql
