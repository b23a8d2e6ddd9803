#include "alerts/lint/checks.h"
#include "alerts/lint/selector_findings.h"

namespace alerts {

const CheckText kUnknownMetricText = {
    .paragraph = R"(No metric of the schema and no recording rule of the checked
files has this name, but one of nearly this name exists (edit distance at most
2). Of other unknown names nothing is claimed.)",
    .bad = R"(- alert: RolledBack
  expr: increase(deployment_rollbacks_total[1h]) > 0
)",
    .good = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total[1h]) > 0
)",
};

void UnknownMetric(LintContext& context) {
  ReportSelectors(context, promql::SelectorFinding::Kind::kUnknownMetric);
}

}  // namespace alerts
