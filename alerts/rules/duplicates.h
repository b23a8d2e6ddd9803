// promtool's own lint: rules of one file with the same name and labels.

#ifndef ALERTS_RULES_DUPLICATES_H_
#define ALERTS_RULES_DUPLICATES_H_

#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "base/labels.h"

namespace alerts {

struct DuplicateRule {
  std::string name;
  // The group's and the rule's own, as written, sorted; one may have no value.
  std::vector<base::Label> labels;
  // Of the second rule that is so, and that rule.
  const Group* group = nullptr;
  const Rule* rule = nullptr;
};

// Each once, sorted by name, then labels. Expressions are not compared, nor is
// an alert told from a recording rule. `file` must outlive them.
std::vector<DuplicateRule> FindDuplicates(const RuleFile& file);

// promtool's words.
std::string DuplicatesText(const std::vector<DuplicateRule>& duplicates);

}  // namespace alerts

#endif  // ALERTS_RULES_DUPLICATES_H_
