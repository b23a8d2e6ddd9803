// Which expressions have a result whatever is stored.

#ifndef ALERTS_LINT_PERMANENCE_H_
#define ALERTS_LINT_PERMANENCE_H_

#include "promql/syntax/tree.h"

namespace alerts {

enum class Permanence {
  kNothing,    // The result may be empty.
  kSomething,  // Some series is always there.
  kBare,       // One without labels is: vector(0), sum(up) or vector(0).
};

Permanence PermanenceOf(const promql::Expr& expr);

// Whether no series of the result has a label: sum(up), vector(0).
bool HasNoLabels(const promql::Expr& expr);

}  // namespace alerts

#endif  // ALERTS_LINT_PERMANENCE_H_
