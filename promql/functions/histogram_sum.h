// Sums and means of histograms, for aggregations.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "promql/functions/aggregation.h"
#include "promql/functions/column.h"

namespace promql {

// What came up while histograms were added up.
struct HistogramFindings {
  bool incompatible = false;
  bool reset_collision = false;
  bool bounds_reconciled = false;
};

// The sum or the mean, in order; nothing when exponential and custom buckets
// meet. REQUIRES: not empty
std::optional<base::FloatHistogram> Total(
    std::span<const HistogramPtr> histograms, bool mean,
    HistogramFindings& findings);

// The findings of an aggregation, with upstream's texts.
void ReportAggregation(const HistogramFindings& findings, base::Span span,
                       base::Diagnostics& diagnostics);

// Gathers the histograms of one group. Costs nothing while there is none.
class HistogramSums {
 public:
  // The context must outlive this.
  explicit HistogramSums(const AggregationContext& context)
      : context_(context) {}

  void Add(const Column& column);

  // Adds to `out`, which holds the floats' result: a step with both kinds of
  // samples has no result, and a warning.
  void FinishSum(Column& out) { Finish(out, false); }
  void FinishMean(Column& out) { Finish(out, true); }

 private:
  void Finish(Column& out, bool mean);

  const AggregationContext& context_;
  std::vector<std::vector<HistogramPtr>> histograms_;  // For each step.
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_SUM_H_
