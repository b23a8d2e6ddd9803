#include "promql/functions/annotations.h"

#include "absl/strings/str_format.h"
#include "base/quote.h"

namespace promql {
namespace {

// Some texts end in "for metric name", which is left out without one.
std::string Text(std::string_view severity, std::string_view text,
                 const base::Labels& labels) {
  constexpr std::string_view kOfMetric = " for metric name";
  const std::string_view name = labels.metric_name();
  if (name.empty() && text.ends_with(kOfMetric)) {
    text.remove_suffix(kOfMetric.size());
    return absl::StrFormat("PromQL %s: %s", severity, text);
  }
  return absl::StrFormat("PromQL %s: %s %s", severity, text, base::Quote(name));
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
  // The first argument, as upstream has it: quantile_over_time's is the
  // quantile.
  InformOfMetric(call, call.argument_spans[0], "histogram-ignored",
                 "ignored histograms in a range containing both floats and "
                 "histograms for metric name",
                 labels);
}

base::Span RangeSpan(const CallContext& call) {
  return call.argument_spans[call.range_argument];
}

}  // namespace promql
