// The samples of one series that a range selector or subquery sees.

#ifndef PROMQL_FUNCTIONS_WINDOW_H_
#define PROMQL_FUNCTIONS_WINDOW_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "promql/functions/column.h"

namespace promql {

// Samples of one kind, oldest first, contiguous; stale markers are not among
// them. `starts` is empty or has the start timestamp of each (0: unknown).
template <typename Value>
struct Samples {
  std::span<const base::Timestamp> times;
  std::span<const Value> values;
  std::span<const base::Timestamp> starts;

  std::size_t size() const { return times.size(); }
  bool empty() const { return times.empty(); }
  Samples Slice(std::size_t begin, std::size_t end) const {
    return {times.subspan(begin, end - begin),
            values.subspan(begin, end - begin),
            starts.empty() ? starts : starts.subspan(begin, end - begin)};
  }
};

struct WindowGaps;  // extrapolation.h

// How a selector fills the window's edges: `anchored` reaches back to the last
// sample at or before the start, `smoothed` interpolates at both.
enum class WindowEdges { kPlain, kAnchored, kSmoothed };

// What one evaluation sees: (start, end], and its samples. With kAnchored and
// kSmoothed the neighbours outside of the window are among the samples.
struct Window {
  base::Timestamp start = 0;
  base::Timestamp end = 0;
  base::Timestamp evaluation_time = 0;
  Samples<double> floats;
  Samples<HistogramPtr> histograms;
};

// All windows of one series, one for each step of the query.
struct Windows {
  // Half-open ranges of indices, never moving backwards from step to step.
  struct Bounds {
    std::vector<std::size_t> begin;
    std::vector<std::size_t> end;
  };

  const base::Labels* labels = nullptr;
  base::TimeGrid grid;       // The evaluation times.
  base::Duration range = 0;  // Milliseconds.
  WindowEdges edges = WindowEdges::kPlain;
  std::span<const base::Timestamp> ends;  // Per step; offset and @ applied.
  Samples<double> floats;
  Samples<HistogramPtr> histograms;
  Bounds float_bounds;
  // Empty when there are no histograms.
  Bounds histogram_bounds;
  // What rate() makes of the floats' times, on its first call. It stays while
  // one series after the other has the same times, as those scraped together
  // have.
  mutable std::shared_ptr<const WindowGaps> gaps;

  std::size_t steps() const { return ends.size(); }
  Window At(std::size_t step) const {
    return {ends[step] - range, ends[step], grid.at(step),
            floats.Slice(float_bounds.begin[step], float_bounds.end[step]),
            histograms.empty() ? histograms
                               : histograms.Slice(histogram_bounds.begin[step],
                                                  histogram_bounds.end[step])};
  }
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_WINDOW_H_
