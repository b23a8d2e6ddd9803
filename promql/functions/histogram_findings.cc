#include "promql/functions/histogram_findings.h"

#include <string>

#include "absl/strings/str_format.h"
#include "base/labels.h"

namespace promql {
namespace {

std::string_view NameOf(HistogramOperation operation) {
  switch (operation) {
    case HistogramOperation::kAddition:
      return "addition";
    case HistogramOperation::kSubtraction:
      return "subtraction";
    case HistogramOperation::kAggregation:
      return "aggregation";
  }
  return "";
}

}  // namespace

void WarnOfMixedBuckets(base::Span span, std::string_view metric_name,
                        base::Diagnostics& diagnostics) {
  std::string text =
      "PromQL warning: vector contains a mix of histograms with exponential "
      "and custom buckets schemas";
  if (!metric_name.empty()) {
    absl::StrAppendFormat(&text, " for metric name %s",
                          base::Quote(metric_name));
  }
  diagnostics.Warning("mixed-buckets", span, std::move(text));
}

void WarnOfResetCollision(base::Span span, HistogramOperation operation,
                          base::Diagnostics& diagnostics) {
  diagnostics.Warning(
      "reset-collision", span,
      absl::StrFormat(
          "PromQL warning: conflicting counter resets during histogram %s",
          NameOf(operation)));
}

void InformOfReconciledBounds(base::Span span, HistogramOperation operation,
                              base::Diagnostics& diagnostics) {
  diagnostics.Info("reconciled-bounds", span,
                   absl::StrFormat("PromQL info: mismatched custom buckets "
                                   "were reconciled during %s",
                                   NameOf(operation)));
}

void WarnOfNotCounter(base::Span span, std::string_view metric_name,
                      base::Diagnostics& diagnostics) {
  diagnostics.Warning(
      "histogram-not-counter", span,
      absl::StrFormat(
          "PromQL warning: this native histogram metric is not a counter: %s",
          base::Quote(metric_name)));
}

void WarnOfNotGauge(base::Span span, std::string_view metric_name,
                    base::Diagnostics& diagnostics) {
  diagnostics.Warning(
      "histogram-not-gauge", span,
      absl::StrFormat(
          "PromQL warning: this native histogram metric is not a gauge: %s",
          base::Quote(metric_name)));
}

}  // namespace promql
