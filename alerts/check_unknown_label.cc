#include "alerts/checks.h"
#include "alerts/selector_findings.h"

namespace alerts {

void UnknownLabel(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownLabel);
}

}  // namespace alerts
