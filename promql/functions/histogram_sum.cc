#include "promql/functions/histogram_sum.h"

#include <memory>
#include <optional>

#include "base/histogram_arithmetic.h"
#include "promql/functions/annotations.h"

namespace promql {

std::optional<base::FloatHistogram> Total(
    std::span<const HistogramPtr> histograms, bool mean,
    HistogramFindings& findings) {
  base::HistogramSum sum(*histograms[0]);
  bool reset = histograms[0]->counter_reset == base::CounterReset::kReset;
  bool not_reset =
      histograms[0]->counter_reset == base::CounterReset::kNotReset;
  for (const HistogramPtr& histogram : histograms.subspan(1)) {
    reset = reset || histogram->counter_reset == base::CounterReset::kReset;
    not_reset =
        not_reset || histogram->counter_reset == base::CounterReset::kNotReset;
    const base::HistogramMerge merge = sum.Add(*histogram);
    findings.bounds_reconciled |= merge.bounds_reconciled;
    if (!merge.compatible) {
      findings.incompatible = true;
      return std::nullopt;
    }
  }
  findings.reset_collision |= reset && not_reset;
  if (mean) sum.Divide(static_cast<double>(histograms.size()));
  return sum.Total();
}

void HistogramSums::Add(const Column& column) {
  if (column.histograms.empty()) return;
  histograms_.resize(context_.steps);
  for (std::size_t i = 0; i < context_.steps; ++i) {
    if (column.present[i] != kHistogram) continue;
    histograms_[i].push_back(column.histograms[i]);
  }
}

void HistogramSums::Finish(Column& out, bool mean) {
  HistogramFindings findings;
  bool mixed = false;
  for (std::size_t i = 0; i < histograms_.size(); ++i) {
    if (histograms_[i].empty()) continue;
    if (out.present[i] == kFloat) {
      mixed = true;
      out.Clear(i);
      continue;
    }
    auto total = Total(histograms_[i], mean, findings);
    if (!total.has_value()) continue;
    out.Set(i, std::make_shared<base::FloatHistogram>(*std::move(total)));
  }
  base::Diagnostics& diagnostics = *context_.diagnostics;
  if (mixed) {
    diagnostics.Warning("mixed-floats-histograms", context_.expr_span,
                        "PromQL warning: encountered a mix of histograms and "
                        "floats for aggregation");
  }
  ReportAggregation(findings, context_.expr_span, diagnostics);
}

void ReportAggregation(const HistogramFindings& findings, base::Span span,
                       base::Diagnostics& diagnostics) {
  if (findings.incompatible) {
    diagnostics.Warning("mixed-bucket-schemas", span,
                        "PromQL warning: vector contains a mix of histograms "
                        "with exponential and custom buckets schemas for "
                        "metric name \"\"");
  }
  if (findings.reset_collision) {
    diagnostics.Warning("reset-collision", span,
                        "PromQL warning: conflicting counter resets during "
                        "histogram aggregation");
  }
  if (findings.bounds_reconciled) {
    diagnostics.Info("bounds-reconciled", span,
                     "PromQL info: mismatched custom buckets were reconciled "
                     "during aggregation");
  }
}

}  // namespace promql
