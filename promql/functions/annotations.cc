#include "promql/functions/annotations.h"

#include "absl/strings/str_format.h"

namespace promql {
namespace {

std::string Text(std::string_view severity, std::string_view text,
                 const base::Labels& labels) {
  return absl::StrFormat("PromQL %s: %s %s", severity, text,
                         base::Quote(labels.metric_name()));
}

}  // namespace

void WarnOfMetric(const CallContext& call, base::Span span,
                  std::string_view code, std::string_view text,
                  const base::Labels& labels) {
  call.diagnostics->Warning(code, span, Text("warning", text, labels));
}

void InformOfMetric(const CallContext& call, base::Span span,
                    std::string_view code, std::string_view text,
                    const base::Labels& labels) {
  call.diagnostics->Info(code, span, Text("info", text, labels));
}

void WarnOfMix(const CallContext& call, const base::Labels& labels) {
  WarnOfMetric(call, RangeSpan(call), "mixed-floats-histograms",
               "encountered a mix of histograms and floats for metric name",
               labels);
}

void InformOfIgnoredHistograms(const CallContext& call,
                               const base::Labels& labels) {
  InformOfMetric(call, RangeSpan(call), "histogram-ignored",
                 "ignored histograms in a range containing both floats and "
                 "histograms for metric name",
                 labels);
}

void WarnOfMixedSchemas(const CallContext& call, const base::Labels& labels) {
  WarnOfMetric(
      call, RangeSpan(call), "mixed-bucket-schemas",
      "vector contains a mix of histograms with exponential and custom "
      "buckets schemas for metric name",
      labels);
}

base::Span RangeSpan(const CallContext& call) {
  return call.argument_spans[call.range_argument];
}

}  // namespace promql
