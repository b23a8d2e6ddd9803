#include <utility>

#include "absl/strings/str_format.h"
#include "promql/engine/elementwise.h"
#include "promql/engine/join.h"
#include "promql/engine/label_hints.h"
#include "promql/engine/run.h"
#include "promql/engine/set_operators.h"

namespace promql {
namespace {

std::optional<Value> ScalarWithScalar(base::BinaryOp op, base::Span span,
                                      Value left, const Value& right,
                                      Evaluation& evaluation) {
  const base::BinaryOpRow& row = base::Row(op);
  // The grammar lets it pass; there is no histogram to trim.
  if (row.kind == base::OpKind::kTrim) {
    evaluation.diagnostics().Error(
        "trim-of-scalars", span,
        absl::StrFormat("operator \"%s\" not allowed for Scalar operations",
                        row.text));
    return std::nullopt;
  }
  for (std::size_t i = 0; i < left.scalar.size(); ++i) {
    left.scalar[i] = ApplyToNumbers(op, left.scalar[i], right.scalar[i]);
  }
  return left;
}

Column AsColumn(std::vector<double> scalar) {
  Column column;
  column.present.assign(scalar.size(), kFloat);
  column.values = std::move(scalar);
  return column;
}

Block VectorWithScalar(ElementwiseOp op, Value left, Value right,
                       Evaluation& evaluation) {
  const bool vector_left = left.type == ValueType::kInstantVector;
  op.passes = vector_left ? Passes::kLeft : Passes::kRight;
  Block block = std::move(vector_left ? left.block : right.block);
  const Column scalar =
      AsColumn(std::move(vector_left ? right.scalar : left.scalar));
  for (Series& row : block.rows) {
    Column out(block.steps);
    Apply(op, vector_left ? row.column : scalar,
          vector_left ? scalar : row.column, evaluation, out);
    row.column = std::move(out);
  }
  RemoveEmptyRows(block);
  if (DropsName(op, evaluation)) {
    DropNames(block, evaluation.options().delayed_name_removal);
  }
  return block;
}

}  // namespace

std::optional<Value> RunBinary(const Plan& plan, Evaluation& evaluation) {
  const auto& binary = std::get<Binary>(plan.expr->node);
  auto left = Run(plan.children[0], evaluation);
  if (!left.has_value()) return std::nullopt;
  auto right = Run(plan.children[1], evaluation);
  if (!right.has_value()) return std::nullopt;
  if (left->type == ValueType::kScalar && right->type == ValueType::kScalar) {
    return ScalarWithScalar(binary.op, plan.expr->span, *std::move(left),
                            *right, evaluation);
  }
  HintMatching(binary, left->block, right->block, evaluation);
  const ElementwiseOp op{binary.op, binary.return_bool, Passes::kLeft,
                         plan.expr->span};
  Value value{ValueType::kInstantVector, {}, {}, {}};
  if (left->type == ValueType::kScalar || right->type == ValueType::kScalar) {
    value.block =
        VectorWithScalar(op, *std::move(left), *std::move(right), evaluation);
  } else if (base::Row(binary.op).kind == base::OpKind::kSet) {
    value.block = ApplySetOperator(binary, std::move(left->block),
                                   std::move(right->block));
    RemoveEmptyRows(value.block);
  } else {
    auto joined = Join(binary, op, left->block, right->block, evaluation);
    if (!joined.has_value()) return std::nullopt;
    value.block = *std::move(joined);
  }
  value.block.steps = plan.grid.steps;
  if (!MergeEqualLabels(value.block, false, evaluation, plan.expr->span)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace promql
