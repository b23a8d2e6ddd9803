// and, or, unless.

#ifndef PROMQL_ENGINE_SET_OPERATORS_H_
#define PROMQL_ENGINE_SET_OPERATORS_H_

#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

// Values do not matter; what is kept keeps its name.
// REQUIRES: binary.op is a set operator
Block ApplySetOperator(const Binary& binary, Block left, Block right);

}  // namespace promql

#endif  // PROMQL_ENGINE_SET_OPERATORS_H_
