#include <set>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kFailingTemplateText = {
    .paragraph = R"(Prometheus parses a template when it loads the rule, but
expands it only when the alert fires: a field that does not exist (.Label for
.Labels), a number compared with another kind of number ($value with 90, which
is a whole one: 90.0), too few arguments. The notification then has "<error
expanding template: ...>" in place of the whole text. Reported is what fails
whatever the alert.)",
    .bad = R"(- alert: Busy
  expr: deployment_frequency > 5
  annotations:
    summary: "{{ .Label.environment }} is {{ if gt $value 9 }}very {{ end }}busy"
)",
    .good = R"(- alert: Busy
  expr: deployment_frequency > 5
  annotations:
    summary: "{{ .Labels.environment }} is {{ if gt $value 9.0 }}very {{ end }}busy"
)",
};

void FailingTemplate(LintContext& context) {
  for (const ParsedField& field : context.templates()) {
    // A {{define}}d template is looked at wherever it is called.
    std::set<std::size_t> seen;
    for (const TemplateMistake& mistake : field.parsed->mistakes()) {
      if (!seen.insert(mistake.span.begin).second) continue;
      context.Report(
          field.field->value.text.Outer(mistake.span),
          absl::StrFormat("%s %s is an error message when it gets here: %s",
                          field.what, field.field->name, mistake.message),
          mistake.help);
    }
  }
}

}  // namespace alerts
