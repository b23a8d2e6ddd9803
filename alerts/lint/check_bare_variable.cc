#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kBareVariableText = {
    .paragraph = R"(A label or annotation has $labels.NAME, $value,
$externalLabels.NAME or $externalURL in its text, outside of {{ }}. Prometheus
expands nothing there: the notification shows it as it is written. Behind
another $ or a backslash it is not reported.)",
    .bad = R"(- alert: Down
  expr: up == 0
  annotations:
    summary: $labels.instance is down
)",
    .good = R"(- alert: Down
  expr: up == 0
  annotations:
    summary: "{{ $labels.instance }} is down"
)",
};

void BareVariable(LintContext& context) {
  for (const ParsedField& field : context.templates()) {
    const std::string_view text = field.field->value.view();
    for (const base::Span span : field.parsed->bare_variables()) {
      const std::string_view variable =
          text.substr(span.begin, span.end - span.begin);
      context.Report(field.field->value.text.Outer(span),
                     absl::StrFormat("%s %s shows %s as it is written here",
                                     field.what, field.field->name, variable),
                     absl::StrFormat("{{ %s }}", variable));
    }
  }
}

}  // namespace alerts
