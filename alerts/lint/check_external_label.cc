#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kExternalLabelText = {
    .paragraph = R"(A template reads an external label that the configuration of
--prometheus-config does not have, so that it is always empty.)",
    .bad = R"(- alert: Down
  expr: up == 0
  annotations:
    summary: down in {{ $externalLabels.region }}
)",
    .good = R"(- alert: Down
  expr: up == 0
  annotations:
    summary: down in {{ $externalLabels.cluster }}
)",
};

const CheckText kLabelConflictText = {
    .paragraph = R"(The rule sets a label that is also an external label of
--prometheus-config. Prometheus keeps the rule's when it sends the alert or
writes the series elsewhere, so that what tells one server from another is
gone.)",
    .bad = R"(- alert: Down
  expr: up == 0
  labels:
    cluster: all
)",
    .good = R"(- alert: Down
  expr: up == 0
  labels:
    severity: critical
)",
};

void ExternalLabel(LintContext& context) {
  const auto& external = context.options().external_labels;
  if (!external) return;
  std::set<std::string> seen;
  for (const ParsedField& field : context.templates()) {
    for (const LabelRead& read : field.parsed->label_reads()) {
      if (read.map != TemplateMap::kExternalLabels || read.name.empty() ||
          read.guarded || external->Has(read.name) ||
          !seen.insert(read.name).second) {
        continue;
      }
      std::string help;
      for (const base::Label& label : *external) {
        help += (help.empty() ? "there are " : ", ") + label.name;
      }
      context.Report(field.field->value.text.Outer(read.span),
                     absl::StrFormat("$externalLabels.%s is always empty: the "
                                     "server has no such external label",
                                     read.name),
                     std::move(help));
    }
  }
}

void LabelConflict(LintContext& context) {
  const auto& external = context.options().external_labels;
  if (!external) return;
  for (const TemplateField& field :
       MergedLabels(context.group(), context.rule())) {
    if (!external->Has(field.name)) continue;
    context.Report(field.name_span,
                   absl::StrFormat("%s is an external label of the server "
                                   "(\"%s\"), which this one replaces",
                                   field.name, external->Get(field.name)));
  }
}

}  // namespace alerts
