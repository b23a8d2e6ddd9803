#include "alerts/rules/duplicates.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"

namespace alerts {

std::vector<DuplicateRule> FindDuplicates(const RuleFile& file) {
  struct Found {
    std::size_t count = 0;
    const Group* group = nullptr;
    const Rule* rule = nullptr;
  };
  std::map<std::pair<std::string, std::vector<base::Label>>, Found> found;
  for (const Group& group : file.groups) {
    for (const Rule& rule : group.rules) {
      std::vector<base::Label> labels;
      for (const TemplateField& field : MergedLabels(group, rule)) {
        labels.push_back({field.name, std::string(field.value.view())});
      }
      std::ranges::sort(labels);
      Found& row = found[{std::string(rule.name.view()), std::move(labels)}];
      if (++row.count != 2) continue;
      row.group = &group;
      row.rule = &rule;
    }
  }
  std::vector<DuplicateRule> duplicates;
  for (const auto& [rule, row] : found) {
    if (row.count < 2) continue;
    duplicates.push_back({rule.first, rule.second, row.group, row.rule});
  }
  return duplicates;
}

// (prometheus cmd/promtool/main.go, checkRuleGroups.)
std::string DuplicatesText(const std::vector<DuplicateRule>& duplicates) {
  std::string text =
      absl::StrFormat("%d duplicate rule(s) found.\n", duplicates.size());
  for (const DuplicateRule& duplicate : duplicates) {
    absl::StrAppendFormat(&text, "Metric: %s\nLabel(s):\n", duplicate.name);
    for (const base::Label& label : duplicate.labels) {
      absl::StrAppendFormat(&text, "\t%s: %s\n", label.name, label.value);
    }
  }
  text += "Might cause inconsistency while recording expressions";
  return text;
}

}  // namespace alerts
