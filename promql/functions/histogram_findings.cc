#include "promql/functions/histogram_findings.h"

#include <string>

#include "absl/strings/str_format.h"
#include "base/quote.h"

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

std::string OfMetric(std::string_view text, std::string_view metric_name) {
  if (metric_name.empty()) return std::string(text);
  return absl::StrFormat("%s for metric name %s", text,
                         base::Quote(metric_name));
}

}  // namespace

void WarnOfMixedSamples(base::Span span, std::string_view metric_name,
                        base::Diagnostics& diagnostics) {
  diagnostics.Warning(
      "mixed-floats-histograms", span,
      OfMetric("PromQL warning: encountered a mix of histograms and floats",
               metric_name));
}

void WarnOfMixedBuckets(base::Span span, std::string_view metric_name,
                        base::Diagnostics& diagnostics) {
  diagnostics.Warning("mixed-buckets", span,
                      OfMetric("PromQL warning: vector contains a mix of "
                               "histograms with exponential and custom buckets "
                               "schemas",
                               metric_name));
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
