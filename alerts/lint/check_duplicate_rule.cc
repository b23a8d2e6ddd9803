#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kDuplicatedRuleText = {
    .paragraph = R"(Two rules of the same name and labels whose expressions mean
the same, in one file or in two that are checked together: the second alert
fires whenever the first does, and a recorded series is written twice. The
later one is reported. (--lint duplicate-rules, promtool's own, compares names
and labels only, within one file.))",
    .bad = R"(- alert: Down
  expr: up == 0
- alert: Down
  expr: (up == 0)
)",
    .good = R"(- alert: Down
  expr: up{job="a"} == 0
- alert: Down
  expr: up{job="b"} == 0
)",
};

namespace {

std::vector<std::pair<std::string, std::string>> LabelsOf(const Group& group,
                                                          const Rule& rule) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const TemplateField& field : MergedLabels(group, rule)) {
    labels.emplace_back(field.name, field.value.view());
  }
  std::ranges::sort(labels);
  return labels;
}

}  // namespace

void DuplicatedRule(LintContext& context) {
  const Rule& rule = context.rule();
  const promql::Expr& expr = promql::StripParens(context.expr());
  for (const RuleFacts::Place& place :
       context.facts().RulesNamed(rule.name.view())) {
    if (place.rule == &rule) return;
    if (place.rule->kind != rule.kind ||
        place.rule->for_duration.value != rule.for_duration.value ||
        !promql::Equal(expr, promql::StripParens(*place.rule->expr)) ||
        LabelsOf(*place.group, *place.rule) !=
            LabelsOf(context.group(), rule)) {
      continue;
    }
    const base::Position at =
        place.file->source->PositionAt(place.rule->name.span.begin);
    context.Report(
        rule.name.span,
        absl::StrFormat("the same rule stands at %s:%d:%d",
                        place.file->source->name(), at.line, at.column));
    return;
  }
}

}  // namespace alerts
