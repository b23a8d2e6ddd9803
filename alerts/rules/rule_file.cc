#include "alerts/rules/rule_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/rules/rule_parts.h"
#include "alerts/rules/rule_reader.h"
#include "base/yaml.h"

namespace alerts {
std::size_t RuleFile::rule_count() const {
  std::size_t count = 0;
  for (const Group& group : groups) count += group.rules.size();
  return count;
}

RuleFile ReadRuleFile(std::shared_ptr<const base::Source> source,
                      base::Diagnostics& diagnostics,
                      const RuleFileOptions& options) {
  const RuleParts found =
      FindRuleParts(base::ParseYaml(source->text(), diagnostics), diagnostics);
  RuleFile file;
  file.source = std::move(source);
  for (const RulePart& part : found.parts) {
    ReadRuleGroups(*part.node,
                   {.ignore_unknown_fields = options.ignore_unknown_fields,
                    .operator_fields = part.operator_fields},
                   diagnostics, file.groups);
  }
  if (found.skipped > 0 && file.groups.empty()) {
    diagnostics.Warning("no-rules", {0, 0}, "no rules found",
                        "a rule file has `groups:`; of Kubernetes objects, "
                        "PrometheusRule and ConfigMap are read");
  }
  for (Group& group : file.groups) {
    std::erase_if(group.rules,
                  [](const Rule& rule) { return rule.expr == nullptr; });
  }
  return file;
}

std::optional<RuleFile> ParseRuleFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics,
    const RuleFileOptions& options) {
  base::Diagnostics found;
  RuleFile file = ReadRuleFile(std::move(source), found, options);
  const bool ok = found.ok();
  diagnostics.Append(std::move(found));
  if (!ok) return std::nullopt;
  return file;
}

std::vector<TemplateField> MergedLabels(const Group& group, const Rule& rule) {
  std::vector<TemplateField> labels;
  for (const TemplateField& label : group.labels) {
    if (std::ranges::find(rule.labels, label.name, &TemplateField::name) ==
        rule.labels.end()) {
      labels.push_back(label);
    }
  }
  labels.insert(labels.end(), rule.labels.begin(), rule.labels.end());
  return labels;
}

}  // namespace alerts
