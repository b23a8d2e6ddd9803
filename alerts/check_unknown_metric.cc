#include "alerts/checks.h"
#include "alerts/selector_findings.h"

namespace alerts {

void UnknownMetric(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownMetric);
}

}  // namespace alerts
