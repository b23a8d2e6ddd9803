// Arithmetic and comparisons on the values that two operands can have.

#ifndef PROMQL_CHECK_INTERVALS_H_
#define PROMQL_CHECK_INTERVALS_H_

#include "base/operators.h"
#include "promql/check/facts.h"

namespace promql {

// What `left op right` can be. REQUIRES: op is arithmetic.
Values Apply(base::BinaryOp op, const Values& left, const Values& right);

// What `-values` can be.
Values Negate(const Values& values);

// Everything that is in either.
Values Hull(const Values& a, const Values& b);

// Whether `x op y` holds for some x of `left` and y of `right`.
// REQUIRES: op is a comparison; neither is never.
bool CanHold(base::BinaryOp op, const Values& left, const Values& right);

// The values of `left` for which `left op right` can hold; never when there
// are none. REQUIRES: op is a comparison.
Values Filter(base::BinaryOp op, const Values& left, const Values& right);

// The comparison with its sides exchanged: > for <. REQUIRES: a comparison.
base::BinaryOp Mirror(base::BinaryOp op);

}  // namespace promql

#endif  // PROMQL_CHECK_INTERVALS_H_
