#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/presence.h"
#include "promql/check/label_losses.h"

namespace alerts {

const CheckText kLostLabelText = {
    .paragraph = R"(A label or annotation reads $labels.NAME, but an operator of
the expression has removed that label, or the metric never had it: the text is
always empty there, and alerts that differ in that label become one. The finding
names the operator. A read inside {{ if $labels.NAME }} is not reported.)",
    .bad = R"(- alert: DeploymentFailed
  expr: sum(increase(deployment_total{status="failed"}[1h])) > 0
  annotations:
    summary: A deployment to {{ $labels.environment }} failed
)",
    .good = R"(- alert: DeploymentFailed
  expr: sum by (environment) (increase(deployment_total{status="failed"}[1h])) > 0
  annotations:
    summary: A deployment to {{ $labels.environment }} failed
)",
};

namespace {

// "sum() removes every label (17:13, 18:13); ...": each reason once, with the
// places it applies to.
std::string Reasons(const LintContext& context,
                    const std::vector<promql::LabelLoss>& losses) {
  std::vector<std::pair<std::string, std::string>> reasons;
  for (const promql::LabelLoss& loss : losses) {
    const std::string place = context.PlaceOf(loss.span);
    const auto said = std::ranges::find(
        reasons, loss.message, &std::pair<std::string, std::string>::first);
    if (said == reasons.end()) {
      reasons.emplace_back(loss.message, place);
    } else {
      said->second += ", " + place;
    }
  }
  std::string out;
  for (const auto& [message, places] : reasons) {
    absl::StrAppendFormat(&out, "%s%s (%s)", out.empty() ? "" : "; ", message,
                          places);
  }
  return out;
}

// A label that was misspelt, or else what would keep it.
std::string Help(const LintContext& context,
                 const std::vector<promql::LabelLoss>& losses,
                 std::string_view label) {
  std::string help = NearestLabelHelp(context, context.expr(), label);
  for (const promql::LabelLoss& loss : losses) {
    if (help.empty()) help = loss.help;
  }
  return help;
}

}  // namespace

// Once for each label of an alert, at the first place that reads it. A read
// that asks first whether the label is there knows what it does.
void LostLabel(LintContext& context) {
  std::set<std::string> seen;
  for (const ParsedField& field : context.templates()) {
    for (const LabelRead& read : field.parsed->label_reads()) {
      if (read.map != TemplateMap::kLabels || read.name.empty() ||
          read.guarded || !seen.insert(read.name).second) {
        continue;
      }
      const std::vector<promql::LabelLoss> losses =
          promql::FindLabelLosses(context.expr(), read.name, context.facts());
      if (losses.empty()) continue;
      context.Report(field.field->value.text.Outer(read.span),
                     absl::StrFormat("$labels.%s is always empty: %s",
                                     read.name, Reasons(context, losses)),
                     Help(context, losses, read.name));
    }
  }
}

}  // namespace alerts
