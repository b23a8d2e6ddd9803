// From what a rule file says to what is evaluated.

#ifndef ALERTS_RULES_RULE_DEFINITION_H_
#define ALERTS_RULES_RULE_DEFINITION_H_

#include <vector>

#include "alerts/evaluation.h"
#include "alerts/rules/rule_file.h"

namespace alerts {

// The groups of a file, in its order, with the labels of a group merged into
// its rules'. `file` of each is the source's name.
std::vector<GroupDefinition> DefineGroups(const RuleFile& file);

}  // namespace alerts

#endif  // ALERTS_RULES_RULE_DEFINITION_H_
