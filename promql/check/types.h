// Whether an expression makes sense, by the types of its parts.

#ifndef PROMQL_CHECK_TYPES_H_
#define PROMQL_CHECK_TYPES_H_

#include "base/diagnostic.h"
#include "promql/syntax/tree.h"

namespace promql {

// What the expression evaluates to. O(nodes): an operator's type is that of its
// operands.
ValueType TypeOf(const Expr& expr);

// Reports everything that Prometheus' checkAST does, in its order and words:
// types of operands and arguments, numbers of arguments, selectors that match
// everything, bool and matching where they mean nothing. Returns whether no
// error was reported. O(nodes).
bool CheckTypes(const Expr& expr, base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_CHECK_TYPES_H_
