#include "alerts/rules/rule_definition.h"

#include <string>

namespace alerts {
namespace {

RuleDefinition DefineRule(const Group& group, const Rule& rule) {
  RuleDefinition definition;
  definition.kind = rule.kind == Rule::Kind::kAlert
                        ? RuleDefinition::Kind::kAlerting
                        : RuleDefinition::Kind::kRecording;
  definition.name = std::string(rule.name.view());
  definition.expr = rule.expr;
  definition.hold = rule.for_duration.value;
  definition.keep_firing_for = rule.keep_firing_for.value;
  base::LabelsBuilder labels;
  for (const TemplateField& label : MergedLabels(group, rule)) {
    if (label.value.view().empty()) {
      definition.removed_labels.push_back(label.name);
    } else {
      labels.Set(label.name, label.value.view());
    }
  }
  definition.labels = labels.Build();
  for (const TemplateField& annotation : rule.annotations) {
    definition.annotations[annotation.name] =
        std::string(annotation.value.view());
  }
  return definition;
}

}  // namespace

std::vector<GroupDefinition> DefineGroups(const RuleFile& file) {
  std::vector<GroupDefinition> groups;
  for (const Group& group : file.groups) {
    GroupDefinition definition;
    definition.name = std::string(group.name.view());
    definition.file = file.source->name();
    definition.interval = group.interval.value;
    definition.query_offset = group.query_offset.value;
    // Prometheus takes a negative limit for none.
    definition.limit =
        group.limit > 0 ? static_cast<std::size_t>(group.limit) : 0;
    for (const Rule& rule : group.rules) {
      definition.rules.push_back(DefineRule(group, rule));
    }
    groups.push_back(std::move(definition));
  }
  return groups;
}

}  // namespace alerts
