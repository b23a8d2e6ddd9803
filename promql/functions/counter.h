// Where a counter started anew.

#ifndef PROMQL_FUNCTIONS_COUNTER_H_
#define PROMQL_FUNCTIONS_COUNTER_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/time.h"
#include "promql/functions/window.h"

namespace promql {

// Whether sample `i` says by its start timestamp that the counter was reset
// since the sample before. (functions.go:760)
bool ResetByStartTime(std::span<const base::Timestamp> times,
                      std::span<const base::Timestamp> starts, std::size_t i);

// The samples, by index, that are smaller than the one before or reset by their
// start timestamp (when `starts` is not empty). O(samples).
std::vector<std::size_t> FindResets(const Samples<double>& samples);

// Walks over ascending indices with windows that never move backwards.
class IndexWalk {
 public:
  explicit IndexWalk(std::span<const std::size_t> indices)
      : indices_(indices) {}

  // The indices in [begin, end). O(1) amortised.
  std::span<const std::size_t> Between(std::size_t begin, std::size_t end) {
    while (first_ < indices_.size() && indices_[first_] < begin) ++first_;
    if (last_ < first_) last_ = first_;
    while (last_ < indices_.size() && indices_[last_] < end) ++last_;
    return indices_.subspan(first_, last_ - first_);
  }

 private:
  std::span<const std::size_t> indices_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_COUNTER_H_
