#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

void UnknownLabel(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownLabel);
}

}  // namespace alerts
