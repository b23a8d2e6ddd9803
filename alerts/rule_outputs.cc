#include "alerts/rule_outputs.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "re2/re2.h"

namespace alerts {
namespace {

// Where a label expanded to nothing, Prometheus leaves the rule's own text,
// template and all (AlertingRule.sample).
base::LabelsBuilder WithRuleLabels(const RuleDefinition& rule,
                                   const base::Labels& alert) {
  base::LabelsBuilder labels(rule.labels);
  for (const base::Label& label : alert) labels.Set(label.name, label.value);
  return labels;
}

// Text in which every action is {{ $labels.name }}.
bool ReadsOnlyLabels(const std::string& text) {
  static const RE2* const pattern = new RE2(
      R"((?s)(?:[^{]|\{[^{]|\{\{-?\s*\$labels\.[a-zA-Z_]\w*\s*-?\}\})*)");
  return RE2::FullMatch(text, *pattern);
}

}  // namespace

RuleTemplates::RuleTemplates(const RuleDefinition& rule)
    : alert_(rule.name), removed_labels_(rule.removed_labels) {
  if (rule.kind == RuleDefinition::Kind::kRecording) return;
  for (const base::Label& label : rule.labels) {
    labels_.push_back(Prepare(rule.name, label.name, label.value));
    if (ReadsOnlyLabels(label.value)) continue;
    labels_follow_labels_ = false;
    labels_may_query_ =
        labels_may_query_ || label.value.find("query") != std::string::npos;
  }
  for (const auto& [name, text] : rule.annotations) {
    annotations_.push_back(Prepare(rule.name, name, text));
  }
}

RuleTemplates::Named RuleTemplates::Prepare(const std::string& alert,
                                            const std::string& name,
                                            const std::string& text) {
  base::Diagnostics diagnostics;
  Named prepared{name, ParseTemplate(alert, text, diagnostics), {}};
  if (prepared.parsed == nullptr) {
    prepared.error = absl::StrFormat(
        "<error expanding template: error parsing template __alert_%s: %s>",
        alert, diagnostics.first_error().message);
  }
  return prepared;
}

std::string RuleTemplates::ExpandNamed(const Named& named,
                                       const TemplateContext& context) {
  return named.parsed ? Expand(*named.parsed, context) : named.error;
}

base::Labels RuleTemplates::Labels(const TemplateContext& context) const {
  base::LabelsBuilder labels(context.labels);
  labels.Remove(base::kMetricName);
  for (const std::string& name : removed_labels_) labels.Remove(name);
  for (const Named& label : labels_) {
    if (context.observer) context.observer->BeginField(false, label.name);
    labels.Set(label.name, ExpandNamed(label, context));
  }
  return labels.Set(kAlertNameLabel, alert_).Build();
}

Annotations RuleTemplates::ExpandAnnotations(
    const TemplateContext& context) const {
  Annotations annotations;
  for (const Named& annotation : annotations_) {
    if (context.observer) context.observer->BeginField(true, annotation.name);
    annotations[annotation.name] = ExpandNamed(annotation, context);
  }
  return annotations;
}

base::Labels ForStateSeries(const RuleDefinition& rule,
                            const base::Labels& alert) {
  return WithRuleLabels(rule, alert)
      .Set(base::kMetricName, kForStateMetric)
      .Build();
}

base::Labels AlertsSeries(const RuleDefinition& rule, const base::Labels& alert,
                          AlertState state) {
  return WithRuleLabels(rule, alert)
      .Set(base::kMetricName, kAlertsMetric)
      .Set("alertstate", AlertStateName(state))
      .Build();
}

base::Labels RecordedSeries(const RuleDefinition& rule, base::Labels labels) {
  base::LabelsBuilder builder(std::move(labels));
  builder.Set(base::kMetricName, rule.name);
  for (const std::string& name : rule.removed_labels) builder.Remove(name);
  for (const base::Label& label : rule.labels) {
    builder.Set(label.name, label.value);
  }
  return builder.Build();
}

}  // namespace alerts
