#include "promql/functions/histogram_over_time.h"

#include <memory>

#include "promql/functions/annotations.h"
#include "promql/functions/histogram_sum.h"

namespace promql {
namespace {

void EachTotal(const CallContext& call, const Windows& windows, bool mean,
               Column& out) {
  if (windows.histograms.empty()) return;
  HistogramFindings findings;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (window.histograms.empty() || !window.floats.empty()) continue;
    auto total = Total(window.histograms.values, mean, findings);
    if (!total.has_value()) continue;
    out.Set(i, std::make_shared<base::FloatHistogram>(*std::move(total)));
  }
  if (findings.incompatible) {
    WarnOfMixedSchemas(call, *windows.labels);
    findings.incompatible = false;
  }
  ReportAggregation(findings, RangeSpan(call), *call.diagnostics);
}

}  // namespace

void SumHistograms(const CallContext& call, const Windows& windows,
                   Column& out) {
  EachTotal(call, windows, false, out);
}

void MeanHistograms(const CallContext& call, const Windows& windows,
                    Column& out) {
  EachTotal(call, windows, true, out);
}

}  // namespace promql
