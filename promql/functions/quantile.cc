#include "promql/functions/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace promql {

double Quantile(double q, std::vector<double>& numbers) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (numbers.empty() || std::isnan(q)) return std::nan("");
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::ranges::sort(numbers, [](double a, double b) {
    return std::isnan(a) ? !std::isnan(b) : a < b;
  });
  const double rank = q * (static_cast<double>(numbers.size()) - 1);
  const double floor = std::floor(rank);
  const auto lower = static_cast<std::size_t>(std::max(0.0, floor));
  const std::size_t upper = std::min(numbers.size() - 1, lower + 1);
  const double weight = rank - floor;
  return numbers[lower] * (1 - weight) + numbers[upper] * weight;
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
