#include "alerts/checks.h"
#include "alerts/selector_findings.h"

namespace alerts {

void UnknownValue(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownValue);
}

}  // namespace alerts
