#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"

namespace alerts {

const CheckText kLateRecordingText = {
    .paragraph = R"(The rules of a group are evaluated one after the other, at
one time; other groups at other times. A recording rule that reads what another
group records reads its last evaluation, up to an interval old, and each such
step adds another interval. In one group, behind the rule that it reads, it
reads the value of the same moment. Windows and subqueries over recorded series
are not reported, nor are alerts.)",
    .bad = R"(groups:
- name: counts
  rules:
  - record: environment:deployments:increase1h
    expr: sum by (environment) (increase(deployment_total[1h]))
- name: totals
  rules:
  - record: deployments:increase1h
    expr: sum(environment:deployments:increase1h)
)",
    .good = R"(groups:
- name: counts
  rules:
  - record: environment:deployments:increase1h
    expr: sum by (environment) (increase(deployment_total[1h]))
  - record: deployments:increase1h
    expr: sum(environment:deployments:increase1h)
)",
};

namespace {

// The group that records the metric, when every rule that does is in another
// group than this one; null otherwise.
const Group* OtherGroup(const LintContext& context, std::string_view metric) {
  const Group* other = nullptr;
  for (const RuleFacts::Place& place : context.facts().RulesNamed(metric)) {
    if (place.rule->kind != Rule::Kind::kRecord) continue;
    if (place.group == &context.group()) return nullptr;
    other = place.group;
  }
  return other;
}

void ReportLate(LintContext& context, const promql::Expr& expr,
                std::set<std::string>& seen) {
  if (std::holds_alternative<promql::MatrixSelector>(expr.node) ||
      std::holds_alternative<promql::Subquery>(expr.node)) {
    return;
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    ReportLate(context, *child, seen);
  }
  const auto* selector = std::get_if<promql::VectorSelector>(&expr.node);
  if (selector == nullptr || selector->name.empty()) return;
  const Group* other = OtherGroup(context, selector->name);
  if (other == nullptr || !seen.insert(selector->name).second) return;
  const std::string age = other->interval.given
                              ? base::FormatDuration(other->interval.value)
                              : std::string("an evaluation interval");
  context.Report(context.InFile(expr.span),
                 absl::StrFormat("group \"%s\" records %s at another time: "
                                 "what is read here is up to %s old",
                                 other->name.view(), selector->name, age),
                 "one group, in this order");
}

}  // namespace

void LateRecording(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kRecord) return;
  std::set<std::string> seen;
  ReportLate(context, context.expr(), seen);
}

}  // namespace alerts
