// Rewrites a query so that it does not depend on the evaluation time.

#ifndef PROMQL_SCRIPT_PIN_TIMES_H_
#define PROMQL_SCRIPT_PIN_TIMES_H_

#include "base/time.h"
#include "promql/syntax/tree.h"

namespace promql {

// The tree with @ `time` on each selector and subquery that has none and is in
// no subquery. Null when a function in it looks at the evaluation time itself.
ExprPtr PinTimes(const Expr& expr, base::Timestamp time);

// Whether start(), end(), range() or step() stands anywhere in the query.
bool UsesQueryTimes(const Expr& expr);

}  // namespace promql

#endif  // PROMQL_SCRIPT_PIN_TIMES_H_
