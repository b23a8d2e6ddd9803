// Where rules stand in a file: in documents, in Kubernetes objects, in the
// values of ConfigMaps.

#ifndef ALERTS_RULES_RULE_PARTS_H_
#define ALERTS_RULES_RULE_PARTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

namespace alerts {

// What would be a rule file of its own for Prometheus.
struct RulePart {
  base::YamlNodePtr node;  // The map with the field `groups`, or null.
  // Of a PrometheusRule, whose groups may have fields of the operator.
  bool operator_fields = false;
  std::string name;  // Of the object, or the key in a ConfigMap; may be empty.
};

struct RuleParts {
  std::vector<RulePart> parts;
  std::size_t skipped = 0;  // Objects and values that hold none.
};

// In the order of the file. Syntax errors of ConfigMaps' values are reported.
RuleParts FindRuleParts(const std::vector<base::YamlNodePtr>& documents,
                        base::Diagnostics& diagnostics);

// The part as Prometheus and promtool read it, without the operator's fields.
// Texts are kept to the byte; comments, anchors and styles are not.
std::string PlainRules(const RulePart& part);

}  // namespace alerts

#endif  // ALERTS_RULES_RULE_PARTS_H_
