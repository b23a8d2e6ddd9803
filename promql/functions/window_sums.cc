#include "promql/functions/window_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "promql/functions/wide_vectors.h"

namespace promql {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The number 2^k by which all values become whole, by the look of the first
// ones; 0 when there is none.
double ScaleOf(std::span<const double> values) {
  constexpr std::size_t kLook = 64;
  constexpr double kMost = 1 << 20;
  double scale = 1;
  for (const double value : values.first(std::min(kLook, values.size()))) {
    while (scale <= kMost && std::trunc(value * scale) != value * scale) {
      scale *= 2;
    }
    if (scale > kMost) return 0;
  }
  return scale;
}

// Whether all values are whole once scaled, and at most `limit`.
PROMQL_WIDE_VECTORS
bool AllWhole(std::span<const double> values, double scale, double limit) {
  // Above it a double has no places behind the point.
  constexpr double kRounds = 6755399441055744;  // 1.5 * 2^52
  std::uint64_t broken = 0;
  for (const double value : values) {
    const double scaled = value * scale;
    const double rounded = (scaled + kRounds) - kRounds;
    const bool whole =
        static_cast<bool>(static_cast<int>(rounded == scaled) &
                          static_cast<int>(std::fabs(scaled) <= limit));
    broken |= whole ? std::uint64_t{0} : std::uint64_t{1};
  }
  return broken == 0;
}

// Sums of values whose every partial sum in a window is exact.
class ExactSums {
 public:
  // Nothing when the values are not such.
  static std::optional<ExactSums> Make(std::span<const double> values,
                                       std::size_t widest) {
    constexpr double kExact = 9007199254740992;  // 2^53
    const double scale = ScaleOf(values);
    const double limit =
        std::min(kExact / 4, kExact / static_cast<double>(widest));
    if (scale == 0 || !AllWhole(values, scale, limit)) return std::nullopt;
    return ExactSums(values, scale);
  }

  double Between(std::size_t begin, std::size_t end) const {
    const auto sum = static_cast<std::int64_t>(sums_[end] - sums_[begin]);
    return static_cast<double>(sum) * unit_;
  }

 private:
  ExactSums(std::span<const double> values, double scale)
      : unit_(1 / scale), sums_(values.size() + 1) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      sums_[i + 1] =
          sums_[i] + static_cast<std::uint64_t>(
                         static_cast<std::int64_t>(values[i] * scale));
    }
  }

  double unit_;
  // Of the values before each index. They may wrap around; differences do not.
  std::vector<std::uint64_t> sums_;
};

constexpr std::size_t kLanes = 8;

// Some windows, to be summed side by side.
struct Lanes {
  std::array<const double*, kLanes> begin;
  std::array<std::size_t, kLanes> size;
  std::array<double, kLanes> value;
  std::array<double, kLanes> compensation;
};

// As SumFinite does, but in eight lanes, as far as the shortest window goes.
PROMQL_WIDE_VECTORS
void SumSideBySide(Lanes& lanes) {
  using Four = double __attribute__((vector_size(32)));
  const auto& p = lanes.begin;
  const std::size_t common = *std::ranges::min_element(lanes.size);
  Four value[2] = {};
  Four compensation[2] = {};
  for (std::size_t i = 0; i < common; ++i) {
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t k = half * 4;
      const Four numbers = {p[k][i], p[k + 1][i], p[k + 2][i], p[k + 3][i]};
      const Four total = value[half] + numbers;
      const Four added = total - value[half];
      compensation[half] +=
          (value[half] - (total - added)) + (numbers - added);
      value[half] = total;
    }
  }
  for (std::size_t k = 0; k < kLanes; ++k) {
    KahanSum sum{value[k / 4][k % 4], compensation[k / 4][k % 4]};
    const std::span<const double> rest(p[k] + common, lanes.size[k] - common);
    const bool finite = SumFinite(rest, sum);
    lanes.value[k] = finite ? sum.value : kNan;
    lanes.compensation[k] = finite ? sum.compensation : kNan;
  }
}

// Scans each window, but for those that are the one before.
void ScanWindows(std::span<const double> values, const Windows::Bounds& bounds,
                 std::vector<KahanSum>& sums) {
  const std::vector<std::size_t>& begins = bounds.begin;
  const std::vector<std::size_t>& ends = bounds.end;
  std::array<std::size_t, kLanes> steps{};
  Lanes lanes;
  std::size_t used = 0;
  const auto flush = [&] {
    for (std::size_t k = used; k < kLanes; ++k) {
      lanes.begin[k] = lanes.begin[0];
      lanes.size[k] = lanes.size[0];
    }
    SumSideBySide(lanes);
    for (std::size_t k = 0; k < used; ++k) {
      sums[steps[k]] = {lanes.value[k], lanes.compensation[k]};
    }
    used = 0;
  };
  const auto repeats = [&](std::size_t i) {
    return i > 0 && begins[i] == begins[i - 1] && ends[i] == ends[i - 1];
  };
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (begins[i] == ends[i] || repeats(i)) continue;
    lanes.begin[used] = values.data() + begins[i];
    lanes.size[used] = ends[i] - begins[i];
    steps[used++] = i;
    if (used == kLanes) flush();
  }
  if (used > 0) flush();
  for (std::size_t i = 1; i < sums.size(); ++i) {
    if (repeats(i)) sums[i] = sums[i - 1];
  }
}

}  // namespace

std::vector<KahanSum> SumWindows(std::span<const double> values,
                                 const Windows::Bounds& bounds) {
  const std::vector<std::size_t>& begins = bounds.begin;
  const std::vector<std::size_t>& ends = bounds.end;
  std::vector<KahanSum> sums(begins.size());
  std::size_t widest = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    widest = std::max(widest, ends[i] - begins[i]);
    all += ends[i] - begins[i];
  }
  if (all == 0) return sums;
  // Running sums look at every value twice.
  if (all >= 2 * values.size()) {
    if (const auto exact = ExactSums::Make(values, widest)) {
      for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i].value = exact->Between(begins[i], ends[i]);
      }
      return sums;
    }
  }
  ScanWindows(values, bounds, sums);
  return sums;
}

}  // namespace promql
