// Runs a template's tree.

#ifndef ALERTS_TEMPLATES_EXECUTE_H_
#define ALERTS_TEMPLATES_EXECUTE_H_

#include <string>

#include "absl/status/statusor.h"
#include "alerts/templates/template.h"
#include "alerts/templates/tree.h"

namespace alerts::text_template {

// The output, or Go's text of why there is none ("template: __alert_A:1:115:
// executing ...").
absl::StatusOr<std::string> ExecuteTree(const Tree& tree,
                                        const TemplateContext& context,
                                        const TemplateLimits& limits);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_EXECUTE_H_
