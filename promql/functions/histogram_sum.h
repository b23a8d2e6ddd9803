// Sums and means of histograms, for aggregations.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_

#include <cstddef>
#include <vector>

#include "promql/functions/aggregation.h"
#include "promql/functions/column.h"

namespace promql {

// Gathers the histograms of one group. Costs nothing while there is none.
class HistogramSums {
 public:
  // The context must outlive this.
  explicit HistogramSums(const AggregationContext& context)
      : context_(context) {}

  // The row must live until the end.
  void Add(const Series& row);

  // Adds to `out`, which holds the floats' result: a step with both kinds of
  // samples has no result, and a warning.
  void FinishSum(Column& out) { Finish(out, false); }
  void FinishMean(Column& out) { Finish(out, true); }

 private:
  void Finish(Column& out, bool mean);

  const AggregationContext& context_;
  std::vector<const Series*> rows_;  // Those that have a histogram.
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_
