// The number that an alert's value is compared with.

#ifndef ROLLWATCH_RULE_BOUND_H_
#define ROLLWATCH_RULE_BOUND_H_

#include <string>

#include "promql/syntax/tree.h"

namespace rollwatch {

// "> 0.1" of `a / b > 0.1 and c`: what the values of the result were compared
// with last. "" when there is no one such bound.
std::string BoundOf(const promql::ExprPtr& expr);

}  // namespace rollwatch

#endif  // ROLLWATCH_RULE_BOUND_H_
