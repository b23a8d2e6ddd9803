#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

const CheckText kUnknownValueText = {
    .paragraph = R"(The schema lists all values of the label, and none of them
satisfies the matcher, or one alternative of its regexp is none of them: nothing
is selected by it. For environments that are not staging and production see
--environment.)",
    .bad = R"(- alert: DeploymentFailed
  expr: increase(deployment_total{status="failure"}[1h]) > 0
)",
    .good = R"(- alert: DeploymentFailed
  expr: increase(deployment_total{status="failed"}[1h]) > 0
)",
};

void UnknownValue(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownValue);
}

}  // namespace alerts
