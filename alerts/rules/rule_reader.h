// One `groups:` map to groups and rules, with promtool's strictness.

#ifndef ALERTS_RULES_RULE_READER_H_
#define ALERTS_RULES_RULE_READER_H_

#include <vector>

#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/yaml.h"

namespace alerts {

struct RuleReaderOptions {
  bool ignore_unknown_fields = false;
  // What stands in a PrometheusRule may have fields of the operator.
  bool operator_fields = false;
};

// Appends what `node` holds to `groups`. `node` is the map with the field
// `groups`, or null. Group names are unique within it. A rule whose expression
// is wrong is appended with a null expr; the error was reported.
void ReadRuleGroups(const base::YamlNode& node,
                    const RuleReaderOptions& options,
                    base::Diagnostics& diagnostics, std::vector<Group>& groups);

}  // namespace alerts

#endif  // ALERTS_RULES_RULE_READER_H_
