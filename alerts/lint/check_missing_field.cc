#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kMissingSeverityText = {
    .paragraph = R"(The alert has no label severity, neither of its own nor of
its group. Routes of Alertmanager usually ask for it, so that such an alert goes
to whoever takes what is left.)",
    .bad = R"(- alert: Down
  expr: up == 0
)",
    .good = R"(- alert: Down
  expr: up == 0
  labels:
    severity: critical
)",
};

const CheckText kMissingSummaryText = {
    .paragraph = R"(The alert has no annotation summary: the one line that
notifications show of an alert, and dashboards list it by.)",
    .bad = R"(- alert: Down
  expr: up == 0
)",
    .good = R"(- alert: Down
  expr: up == 0
  annotations:
    summary: "{{ $labels.job }} is down"
)",
};

const CheckText kMissingRunbookText = {
    .paragraph = R"(The alert has no annotation runbook_url: where whoever is
called reads what to do about it, in the middle of the night.)",
    .bad = R"(- alert: Down
  expr: up == 0
)",
    .good = R"(- alert: Down
  expr: up == 0
  annotations:
    runbook_url: https://runbooks.example/down
)",
};

namespace {

// Also reported when it is there and empty.
void Require(LintContext& context, const std::vector<TemplateField>& fields,
             std::string_view what, std::string_view name) {
  if (context.rule().kind != Rule::Kind::kAlert) return;
  const auto field = std::ranges::find(fields, name, &TemplateField::name);
  if (field != fields.end() && !field->value.view().empty()) return;
  context.Report(context.rule().name.span,
                 absl::StrFormat("the alert has no %s %s", what, name));
}

}  // namespace

void MissingSeverity(LintContext& context) {
  Require(context, MergedLabels(context.group(), context.rule()), "label",
          "severity");
}

void MissingSummary(LintContext& context) {
  Require(context, context.rule().annotations, "annotation", "summary");
}

void MissingRunbook(LintContext& context) {
  Require(context, context.rule().annotations, "annotation", "runbook_url");
}

}  // namespace alerts
