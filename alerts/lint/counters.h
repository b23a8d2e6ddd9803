// Which expressions are no counters.

#ifndef ALERTS_LINT_COUNTERS_H_
#define ALERTS_LINT_COUNTERS_H_

#include <string>

#include "alerts/lint/lint.h"
#include "promql/syntax/tree.h"

namespace alerts {

// Why the values of an expression go down other than by a restart, in the words
// of a message: "a gauge", "what rate() gives". Empty when they could be those
// of counters: of a metric that is neither in the schema nor recorded nothing
// is known.
std::string WhyNoCounter(const LintContext& context, const promql::Expr& expr);

}  // namespace alerts

#endif  // ALERTS_LINT_COUNTERS_H_
