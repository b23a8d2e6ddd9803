#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

const CheckText kUnknownLabelText = {
    .paragraph = R"(A selector asks for a label that the schema says the metric
does not have, and that scraping does not add (--target-labels): no series
matches. A matcher that the empty value satisfies selects what has no such
label, and is not reported.)",
    .bad = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total{enviroment="production"}[1h]) > 0
)",
    .good = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total{environment="production"}[1h]) > 0
)",
};

void UnknownLabel(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownLabel);
}

}  // namespace alerts
