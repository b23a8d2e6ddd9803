#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

void UnknownMetric(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownMetric);
}

}  // namespace alerts
