// The greatest or least value of each window of a series.

#ifndef PROMQL_FUNCTIONS_WINDOW_EXTREMES_H_
#define PROMQL_FUNCTIONS_WINDOW_EXTREMES_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace promql {

// Answers in O(1) after O(values): the values are cut into blocks; a window is
// the end of one, whole blocks, and the start of another, each known before. Of
// equal values the first counts, NaN only where there is nothing else.
// `IsBetter()(a, b)`: whether a is more extreme than b.
template <typename IsBetter>
class WindowExtremes {
 public:
  // The values must outlive this.
  explicit WindowExtremes(std::span<const double> values)
      : values_(values), up_to_(values.size()), from_(values.size()) {
    const bool any_nan = std::ranges::any_of(
        values, [](double value) { return std::isnan(value); });
    if (any_nan) {
      FillBlocks([](double a, double b) { return Best(a, b); });
    } else {
      FillBlocks([](double a, double b) { return IsBetter()(b, a) ? b : a; });
    }
    FillRuns();
  }

  // Of the values [begin, end). REQUIRES: begin < end
  double Of(std::size_t begin, std::size_t end) const {
    const std::size_t first = begin / kBlock;
    const std::size_t last = (end - 1) / kBlock;
    if (first == last) {
      double best = values_[begin];
      for (std::size_t i = begin + 1; i < end; ++i) {
        best = Best(best, values_[i]);
      }
      return best;
    }
    double best = from_[begin];
    if (const std::size_t blocks = last - first - 1; blocks > 0) {
      const auto level = static_cast<std::size_t>(std::bit_width(blocks) - 1);
      const std::vector<double>& runs = runs_[level];
      best = Best(best, runs[first + 1]);
      best = Best(best, runs[last - (std::size_t{1} << level)]);
    }
    return Best(best, up_to_[end - 1]);
  }

 private:
  static constexpr std::size_t kBlock = 16;

  static double Best(double a, double b) {
    return IsBetter()(b, a) || std::isnan(a) ? b : a;
  }

  template <typename Better>
  void FillBlocks(Better better) {
    for (std::size_t at = 0; at < values_.size(); at += kBlock) {
      const std::size_t end = std::min(values_.size(), at + kBlock);
      up_to_[at] = values_[at];
      for (std::size_t i = at + 1; i < end; ++i) {
        up_to_[i] = better(up_to_[i - 1], values_[i]);
      }
      from_[end - 1] = values_[end - 1];
      for (std::size_t i = end - 1; i > at; --i) {
        from_[i - 1] = better(values_[i - 1], from_[i]);
      }
    }
  }

  // Of 1, 2, 4, ... blocks from each on.
  void FillRuns() {
    std::vector<double> run;
    for (std::size_t at = 0; at < values_.size(); at += kBlock) {
      run.push_back(from_[at]);
    }
    for (std::size_t size = 1; !run.empty(); size *= 2) {
      runs_.push_back(run);
      const std::size_t left = run.size() > size ? run.size() - size : 0;
      for (std::size_t i = 0; i < left; ++i) {
        run[i] = Best(run[i], run[i + size]);
      }
      run.resize(left);
    }
  }

  std::span<const double> values_;
  std::vector<double> up_to_;  // From the start of the value's block to it.
  std::vector<double> from_;   // From the value to the end of its block.
  std::vector<std::vector<double>> runs_;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_WINDOW_EXTREMES_H_
