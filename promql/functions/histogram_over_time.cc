#include "promql/functions/histogram_over_time.h"

#include "promql/functions/annotations.h"
#include "promql/functions/histogram_fold.h"

namespace promql {
namespace {

void EachWindow(const CallContext& call, const Windows& windows,
                HistogramFold (*fold)(std::span<const HistogramPtr>),
                Column& out) {
  if (windows.histograms.empty()) return;
  FoldFindings findings;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    // A window with samples of both kinds is warned of with the floats.
    if (window.histograms.empty() || !window.floats.empty()) continue;
    HistogramFold folded = fold(window.histograms.values);
    findings.Add(folded, windows.labels->metric_name());
    if (folded.result != nullptr) out.Set(i, std::move(folded.result));
  }
  findings.Report(RangeSpan(call), *call.diagnostics);
}

}  // namespace

void SumHistograms(const CallContext& call, const Windows& windows,
                   Column& out) {
  EachWindow(call, windows, SumOf, out);
}

void MeanHistograms(const CallContext& call, const Windows& windows,
                    Column& out) {
  EachWindow(call, windows, MeanOf, out);
}

}  // namespace promql
