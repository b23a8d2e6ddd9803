#include "alerts/lint/selector_findings.h"

namespace alerts {

void ReportSelectors(LintContext& context, promql::SelectorFinding::Kind kind) {
  const auto check = [&](const promql::Expr& expr,
                         const promql::VectorSelector& selector) {
    // Unknown metrics are check_unknown_metric.cc's.
    if (context.facts().IsRecorded(selector.name) ||
        context.schema().FindSample(selector.name) == nullptr) {
      return;
    }
    for (const promql::SelectorFinding& finding :
         promql::CheckSelector(expr, selector, context.schema())) {
      if (finding.kind != kind) continue;
      if (finding.merely_unseen) {
        context.ReportAs(base::Severity::kInfo, context.InFile(finding.span),
                         finding.message, finding.help);
      } else {
        context.Report(context.InFile(finding.span), finding.message,
                       finding.help);
      }
    }
  };
  promql::ForEachSelector(context.expr(), check);
}

}  // namespace alerts
