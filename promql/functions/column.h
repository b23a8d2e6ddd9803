// The samples of one series on a grid of evaluation times.

#ifndef PROMQL_FUNCTIONS_COLUMN_H_
#define PROMQL_FUNCTIONS_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "base/labels.h"

namespace promql {

// Null: the sample is a float.
using base::HistogramPtr;

// What stands at a step. NaN is an ordinary value and cannot mark a gap.
enum Presence : std::uint8_t { kAbsent = 0, kFloat = 1, kHistogram = 2 };

// Every step of one series next to each other, so that a kernel is a loop over
// contiguous doubles. Safe to read from many threads while no thread writes.
struct Column {
  Column() = default;
  explicit Column(std::size_t steps) : values(steps), present(steps, kAbsent) {}

  std::size_t steps() const { return values.size(); }

  void Set(std::size_t step, double value) {
    values[step] = value;
    present[step] = kFloat;
  }
  void Set(std::size_t step, HistogramPtr histogram) {
    if (histograms.empty()) histograms.resize(steps());
    histograms[step] = std::move(histogram);
    present[step] = kHistogram;
  }
  void Clear(std::size_t step) { present[step] = kAbsent; }
  bool Empty() const {
    for (const std::uint8_t state : present) {
      if (state != kAbsent) return false;
    }
    return true;
  }

  std::vector<double> values;            // Meaningful where present is kFloat.
  std::vector<std::uint8_t> present;     // A Presence for each step.
  std::vector<HistogramPtr> histograms;  // Empty when there is none at all.
};

// One row of a Block.
struct Series {
  base::Labels labels;
  // The metric name is to be removed at the end of the query (delayed name
  // removal); until then `labels` still has it.
  bool drop_name = false;
  Column column;
};

// Values of many series on one grid. A row's labels are decided before its
// numbers, and no label is hashed or copied while samples move.
struct Block {
  std::size_t steps = 0;
  std::vector<Series> rows;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_COLUMN_H_
