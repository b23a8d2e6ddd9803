// Sums and means of several histograms.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_FOLD_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_FOLD_H_

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/functions/column.h"

namespace promql {

struct HistogramFold {
  HistogramPtr result;  // Null when the kinds of buckets do not mix.
  // The index of the histogram that was added last: of two that do not mix, the
  // second.
  std::size_t last = 0;
  // The input has hints that contradict each other, whatever came between.
  bool reset_collision = false;
  bool bounds_reconciled = false;
};

// In the order given, with compensated sums. A mean whose sum would overflow
// goes on as an incremental mean. REQUIRES: not empty, no null
HistogramFold SumOf(std::span<const HistogramPtr> histograms);
HistogramFold MeanOf(std::span<const HistogramPtr> histograms);

// The findings of several folds, reported once.
class FoldFindings {
 public:
  // `metric_name` of the histogram that was added last; may be empty.
  void Add(const HistogramFold& fold, std::string_view metric_name);
  void Report(base::Span span, base::Diagnostics& diagnostics) const;

 private:
  std::set<std::string> incompatible_;  // Metric names.
  bool reset_collision_ = false;
  bool bounds_reconciled_ = false;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_FOLD_H_
