// What the checks on selectors share.

#ifndef ALERTS_LINT_SELECTOR_FINDINGS_H_
#define ALERTS_LINT_SELECTOR_FINDINGS_H_

#include "alerts/lint/lint.h"
#include "promql/check/selectors.h"

namespace alerts {

// Reports what the rule's selectors say against the schema, of that kind. A
// metric that a rule records is not the schema's.
void ReportSelectors(LintContext& context, promql::SelectorFinding::Kind kind);

}  // namespace alerts

#endif  // ALERTS_LINT_SELECTOR_FINDINGS_H_
