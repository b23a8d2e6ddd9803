#include "promql/engine/histogram_operators.h"

#include "absl/strings/str_format.h"

namespace promql {
namespace {

const char* KindName(std::uint8_t presence) {
  return presence == kHistogram ? "histogram" : "float";
}

void ReportIncompatible(const ElementwiseOp& op, std::uint8_t left,
                        std::uint8_t right, Evaluation& evaluation) {
  const std::string_view text = base::Row(op.op).text;
  evaluation.diagnostics().Info(
      "incompatible-types", op.span,
      absl::StrFormat("PromQL info: incompatible sample types encountered for "
                      "binary operator \"%s\": %s %s %s",
                      text, KindName(left), text, KindName(right)));
}

}  // namespace

void ApplyHistograms(const ElementwiseOp& op, const Column& left,
                     const Column& right, Evaluation& evaluation, Column& out) {
  const bool trim = base::Row(op.op).kind == base::OpKind::kTrim;
  for (std::size_t i = 0; i < out.steps(); ++i) {
    const std::uint8_t a = left.present[i];
    const std::uint8_t b = right.present[i];
    if (a == kAbsent || b == kAbsent) continue;
    if (a == kFloat && b == kFloat && !trim) continue;
    ReportIncompatible(op, a, b, evaluation);
  }
}

}  // namespace promql
