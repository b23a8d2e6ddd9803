// From a tree to a plan: every time and duration is a number.

#ifndef PROMQL_ENGINE_PLAN_H_
#define PROMQL_ENGINE_PLAN_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "promql/engine/evaluation.h"
#include "promql/functions/function.h"
#include "promql/syntax/tree.h"

namespace promql {

// A node of a tree with the grid that it is evaluated on. The tree must outlive
// the plan.
struct Plan {
  const Expr* expr = nullptr;
  base::TimeGrid grid;
  // When not 0, the node does not depend on the time: `grid` has one step, and
  // the value is repeated this many times.
  std::size_t repeat = 0;

  // Selectors and subqueries.
  base::Duration offset = 0;
  std::optional<base::Timestamp> at;
  base::Duration range = 0;  // Matrix selectors and subqueries.
  // Selectors: nothing looks at the buckets of their histograms.
  bool stats_only = false;

  const Function* function = nullptr;  // Calls.
  std::vector<Plan> children;          // As Children(expr) has them.

  // The time that step `i` of a selector looks at.
  base::Timestamp LookAt(std::size_t i) const {
    return at.value_or(grid.at(i)) - offset;
  }
};

// Nothing, with an error, when a duration is out of range or a function is not
// evaluated yet.
std::optional<Plan> MakePlan(const Expr& expr, const base::TimeGrid& grid,
                             Evaluation& evaluation);

// Milliseconds; `positive` refuses 0 and less. Nothing after an error.
// (Prometheus promql/durations.go.)
std::optional<base::Duration> EvaluateDuration(const DurationExpr& duration,
                                               bool positive,
                                               Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_PLAN_H_
