#include "rollwatch/rule_loading.h"

#include <memory>
#include <optional>
#include <utility>

#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "rollwatch/files.h"

namespace rollwatch {
absl::StatusOr<std::vector<alerts::GroupDefinition>> LoadRules(
    const std::vector<std::string>& paths) {
  std::vector<alerts::GroupDefinition> groups;
  std::string problems;
  for (const std::string& path : paths) {
    absl::StatusOr<std::string> text = ReadYamlFile(path);
    if (!text.ok()) return text.status();
    const auto source =
        std::make_shared<const base::Source>(path, *std::move(text));
    base::Diagnostics diagnostics;
    const std::optional<alerts::RuleFile> file =
        alerts::ParseRuleFile(source, diagnostics);
    if (!file) {
      for (const base::Diagnostic& diagnostic : diagnostics.all()) {
        problems += "\n" + base::Render(*source, diagnostic);
      }
      continue;
    }
    for (alerts::GroupDefinition& group : alerts::DefineGroups(*file)) {
      groups.push_back(std::move(group));
    }
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError("the rules cannot be loaded" + problems);
  }
  return groups;
}

}  // namespace rollwatch
