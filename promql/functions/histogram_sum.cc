#include "promql/functions/histogram_sum.h"

#include <utility>

#include "promql/functions/histogram_fold.h"

namespace promql {

void HistogramSums::Add(const Series& row) {
  if (!row.column.histograms.empty()) rows_.push_back(&row);
}

void HistogramSums::Finish(Column& out, bool mean) {
  bool mixed = false;
  FoldFindings findings;
  std::vector<HistogramPtr> histograms;
  std::vector<const Series*> rows;
  for (std::size_t i = 0; !rows_.empty() && i < out.steps(); ++i) {
    histograms.clear();
    rows.clear();
    for (const Series* row : rows_) {
      if (row->column.present[i] != kHistogram) continue;
      histograms.push_back(row->column.histograms[i]);
      rows.push_back(row);
    }
    if (histograms.empty()) continue;
    if (out.present[i] == kFloat) {
      mixed = true;
      out.Clear(i);
      continue;
    }
    HistogramFold fold = mean ? MeanOf(histograms) : SumOf(histograms);
    findings.Add(fold, rows[fold.last]->labels.metric_name());
    if (fold.result != nullptr) out.Set(i, std::move(fold.result));
  }
  if (mixed) {
    context_.diagnostics->Warning(
        "mixed-floats-histograms", context_.expr_span,
        "PromQL warning: encountered a mix of histograms and floats for "
        "aggregation");
  }
  findings.Report(context_.expr_span, *context_.diagnostics);
}

}  // namespace promql
