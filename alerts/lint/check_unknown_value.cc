#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

void UnknownValue(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownValue);
}

}  // namespace alerts
