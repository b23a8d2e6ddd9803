// The operators: each decides the labels of its output, then fills in numbers.

#ifndef PROMQL_ENGINE_RUN_H_
#define PROMQL_ENGINE_RUN_H_

#include <optional>

#include "promql/engine/evaluation.h"
#include "promql/engine/plan.h"

namespace promql {

// The value of a node at each step of the plan's own grid, repeated when it
// does not depend on the time. Nothing after an error, here and below.
std::optional<Value> Run(const Plan& plan, Evaluation& evaluation);

// Without the repetition. REQUIRES: plan.expr is of that kind
std::optional<Value> RunCall(const Plan& plan, Evaluation& evaluation);
std::optional<Value> RunAggregation(const Plan& plan, Evaluation& evaluation);
std::optional<Value> RunBinary(const Plan& plan, Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_RUN_H_
