#include "promql/functions/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
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

// Between which of the sorted numbers the quantile lies, and where.
struct Rank {
  Rank(double q, std::size_t size) {
    const double rank = q * (static_cast<double>(size) - 1);
    const double floor = std::floor(rank);
    lower = static_cast<std::size_t>(std::max(0.0, floor));
    upper = std::min(size - 1, lower + 1);
    weight = rank - floor;
  }
  double Between(double below, double above) const {
    return below * (1 - weight) + above * weight;
  }

  std::size_t lower;
  std::size_t upper;
  double weight;
};

// What does not depend on the numbers.
std::optional<double> OutOfRange(double q, bool empty) {
  if (empty || std::isnan(q)) return std::nan("");
  if (q < 0) return -base::kInfinity;
  if (q > 1) return base::kInfinity;
  return std::nullopt;
}

// NaN first; -0 before 0, so that the one that leaves is the one that came.
bool SortsBefore(double a, double b) {
  if (a == b) return std::signbit(a) && !std::signbit(b);
  return std::isnan(a) ? !std::isnan(b) : a < b;
}

}  // namespace

double Quantile(double q, std::vector<double>& numbers) {
  if (const auto value = OutOfRange(q, numbers.empty())) return *value;
  const Rank rank(q, numbers.size());
  const bool has_nan = std::ranges::any_of(
      numbers, [](double number) { return std::isnan(number); });
  const auto [below, above] =
      has_nan ? Around(numbers, rank.lower, rank.upper, SortsBefore)
              : Around(numbers, rank.lower, rank.upper, std::less<>());
  return rank.Between(below, above);
}

double SlidingQuantile::Of(double q, std::size_t begin, std::size_t end) {
  MoveTo(begin, end);
  if (!sorted_) return Quantile(q, window_);
  if (const auto value = OutOfRange(q, window_.empty())) return *value;
  const Rank rank(q, window_.size());
  return rank.Between(window_[rank.lower], window_[rank.upper]);
}

void SlidingQuantile::MoveTo(std::size_t begin, std::size_t end) {
  const std::size_t changed = (begin - begin_) + (end - end_);
  const bool slides = begin < end_ && changed * 8 <= end - begin;
  if (!slides) {
    const auto numbers = numbers_.subspan(begin, end - begin);
    window_.assign(numbers.begin(), numbers.end());
    sorted_ = false;
  } else if (!sorted_) {
    std::ranges::sort(window_, SortsBefore);
    sorted_ = true;
  }
  for (std::size_t i = begin_; slides && i < begin; ++i) {
    window_.erase(std::ranges::lower_bound(window_, numbers_[i], SortsBefore));
  }
  for (std::size_t i = end_; slides && i < end; ++i) {
    window_.insert(std::ranges::upper_bound(window_, numbers_[i], SortsBefore),
                   numbers_[i]);
  }
  begin_ = begin;
  end_ = end;
}

void CheckQuantiles(std::span<const double> quantiles, base::Span span,
                    base::Diagnostics& diagnostics) {
  std::string told;
  for (const double q : quantiles) {
    if (q >= 0 && q <= 1) continue;
    std::string text = base::FormatGeneral(q);
    if (text == told) continue;
    diagnostics.Warning(
        "invalid-quantile", span,
        absl::StrFormat(
            "PromQL warning: quantile value should be between 0 and 1, got %s",
            text));
    told = std::move(text);
  }
}

}  // namespace promql
