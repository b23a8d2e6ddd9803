// Binary operators between two columns, step by step.

#ifndef PROMQL_ENGINE_ELEMENTWISE_H_
#define PROMQL_ENGINE_ELEMENTWISE_H_

#include "base/operators.h"
#include "base/source.h"
#include "promql/engine/evaluation.h"
#include "promql/functions/column.h"

namespace promql {

// Which side's value a comparison lets through.
enum class Passes { kLeft, kRight };

struct ElementwiseOp {
  base::BinaryOp op = base::BinaryOp::kAdd;
  bool return_bool = false;
  Passes passes = Passes::kLeft;
  base::Span span;  // Of the whole expression, for findings.
};

// Writes the result where both sides have a sample and it is not filtered
// away; `out` must be empty. REQUIRES: equal steps; op is not a set operator
void Apply(const ElementwiseOp& op, const Column& left, const Column& right,
           Evaluation& evaluation, Column& out);

// A number at every step.
Column Constant(std::size_t steps, double value);

// One pair of numbers; a comparison gives 1 or 0. REQUIRES: not a set operator
double ApplyToNumbers(base::BinaryOp op, double left, double right);

// Whether the operator makes a new quantity, which has no metric name.
bool MakesQuantity(base::BinaryOp op, const Evaluation& evaluation);
// The same, or the answer is no quantity at all.
bool DropsName(const ElementwiseOp& op, const Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_ELEMENTWISE_H_
