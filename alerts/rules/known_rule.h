// What an older Prometheus knows of rules.

#ifndef ALERTS_RULES_KNOWN_RULE_H_
#define ALERTS_RULES_KNOWN_RULE_H_

#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/version.h"

namespace alerts {

// Reports all for which `server` would refuse the file: fields, names, what the
// expression uses, functions of templates. Fields of the group are reported
// with its first rule. Places are in the file. Where the release is not
// certain, an older one is assumed.
void CheckKnownRule(const Group& group, const Rule& rule, base::Version server,
                    base::Diagnostics& diagnostics);

}  // namespace alerts

#endif  // ALERTS_RULES_KNOWN_RULE_H_
