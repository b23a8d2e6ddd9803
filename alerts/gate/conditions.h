// A rule's expression taken apart: what it measures, and the bounds.

#ifndef ALERTS_GATE_CONDITIONS_H_
#define ALERTS_GATE_CONDITIONS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/templates/template.h"
#include "base/operators.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/syntax/tree.h"

namespace alerts {

// A comparison at the top of an expression, or beside and, or, unless there.
struct Condition {
  std::size_t measured = 0;  // Which of the queries.
  // As if the measured value stood on the left.
  base::BinaryOp op = base::BinaryOp::kGreater;
  promql::ExprPtr bound;                   // As it is written.
  std::optional<std::size_t> bound_query;  // Nothing: a plain number.
};

// The queries that have to be asked, and how their answers make the
// expression's: "a / b > 0.1 and c" asks "a / b" and "c". Immutable.
class Conditions {
 public:
  // `expr` must outlive it. REQUIRES: it is a scalar or an instant vector
  explicit Conditions(const promql::Expr& expr);

  const std::vector<promql::ExprPtr>& queries() const { return queries_; }
  const std::vector<Condition>& all() const { return conditions_; }

  // What the expression gives at `time` when its queries gave these answers.
  // REQUIRES: one for each query, scalars or instant vectors
  absl::StatusOr<std::vector<TemplateSample>> Combine(
      const std::vector<promql::QueryResult>& answers,
      base::Timestamp time) const;

 private:
  void Collect(const promql::ExprPtr& expr);
  std::optional<std::size_t> AddSide(const promql::ExprPtr& side);

  promql::ExprPtr expr_;
  std::vector<promql::ExprPtr> queries_;
  std::vector<Condition> conditions_;
};

}  // namespace alerts

#endif  // ALERTS_GATE_CONDITIONS_H_
