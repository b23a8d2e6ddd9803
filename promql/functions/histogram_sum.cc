#include "promql/functions/histogram_sum.h"

#include "promql/functions/histogram_fold.h"

namespace promql {

void HistogramSums::Add(const Column& column) {
  if (column.histograms.empty()) return;
  histograms_.resize(context_.steps);
  for (std::size_t i = 0; i < context_.steps; ++i) {
    if (column.present[i] != kHistogram) continue;
    histograms_[i].push_back(column.histograms[i]);
  }
}

void HistogramSums::Finish(Column& out, bool mean) {
  bool mixed = false;
  FoldFindings findings;
  for (std::size_t i = 0; i < histograms_.size(); ++i) {
    if (histograms_[i].empty()) continue;
    if (out.present[i] == kFloat) {
      mixed = true;
      out.Clear(i);
      continue;
    }
    HistogramFold fold = mean ? MeanOf(histograms_[i]) : SumOf(histograms_[i]);
    findings.Add(fold);
    if (fold.result != nullptr) out.Set(i, std::move(fold.result));
  }
  if (mixed) {
    context_.diagnostics->Warning(
        "mixed-floats-histograms", context_.expr_span,
        "PromQL warning: encountered a mix of histograms and floats for "
        "aggregation");
  }
  findings.Report(context_.expr_span, "", *context_.diagnostics);
}

}  // namespace promql
