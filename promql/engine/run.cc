#include "promql/engine/run.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "promql/engine/explain.h"
#include "promql/engine/select.h"
#include "promql/functions/histogram_math.h"

namespace promql {
namespace {

std::optional<Value> RunSelector(const Plan& plan, Evaluation& evaluation) {
  auto block = SelectInstant(plan, SampleField::kValue, evaluation);
  if (!block.has_value()) return std::nullopt;
  return Value{ValueType::kInstantVector, {}, {}, *std::move(block)};
}

std::optional<Value> RunUnary(const Plan& plan, bool negative,
                              Evaluation& evaluation) {
  auto value = Run(plan.children[0], evaluation);
  if (!value.has_value() || !negative) return value;
  for (double& number : value->scalar) number = -number;
  for (Series& row : value->block.rows) Negate(row.column);
  DropNames(value->block, evaluation.options().delayed_name_removal);
  const bool strict = evaluation.options().compatibility.strict_negation;
  if (!MergeEqualLabels(value->block, strict, evaluation, plan.expr->span)) {
    return std::nullopt;
  }
  return value;
}

std::optional<Value> RunNode(const Plan& plan, Evaluation& evaluation) {
  return std::visit(
      Overloaded{
          [&](const NumberLiteral& node) -> std::optional<Value> {
            return Value{ValueType::kScalar,
                         std::vector<double>(plan.grid.steps, node.value),
                         {},
                         {}};
          },
          [&](const StringLiteral& node) -> std::optional<Value> {
            return Value{ValueType::kString, {}, node.value, {}};
          },
          [&](const VectorSelector&) { return RunSelector(plan, evaluation); },
          [&](const Call&) { return RunCall(plan, evaluation); },
          [&](const Aggregation&) { return RunAggregation(plan, evaluation); },
          [&](const Binary&) { return RunBinary(plan, evaluation); },
          [&](const Unary& node) {
            return RunUnary(plan, node.negative, evaluation);
          },
          [&](const Paren&) { return Run(plan.children[0], evaluation); },
          // Only calls and the query itself read windows.
          [&](const MatrixSelector&) -> std::optional<Value> {
            return std::nullopt;
          },
          [&](const Subquery&) -> std::optional<Value> {
            return std::nullopt;
          }},
      plan.expr->node);
}

void Repeat(Column& column, std::size_t times) {
  column.values.assign(times, column.values[0]);
  column.present.assign(times, column.present[0]);
  if (!column.histograms.empty()) {
    const HistogramPtr histogram = column.histograms[0];
    column.histograms.assign(times, histogram);
  }
}

void Repeat(Value& value, std::size_t times) {
  if (!value.scalar.empty()) value.scalar.assign(times, value.scalar[0]);
  for (Series& row : value.block.rows) Repeat(row.column, times);
  value.block.steps = times;
}

// Whether Prometheus takes the inputs apart into a vector for each step.
bool GathersVectors(const Plan& plan) {
  if (std::holds_alternative<Call>(plan.expr->node)) {
    return std::ranges::none_of(plan.children, [](const Plan& child) {
      return std::holds_alternative<MatrixSelector>(child.expr->node) ||
             std::holds_alternative<Subquery>(child.expr->node);
    });
  }
  return std::holds_alternative<Binary>(plan.expr->node) ||
         std::holds_alternative<Aggregation>(plan.expr->node);
}

}  // namespace

// Counts samples as Prometheus does, whose budget is met by the same queries:
// an operator's inputs, one vector of each, and its output are held at a time.
// (Prometheus promql/engine.go, rangeEval.)
std::optional<Value> Run(const Plan& plan, Evaluation& evaluation) {
  const std::size_t before = evaluation.held();
  auto value = RunNode(plan, evaluation);
  if (!value.has_value()) return std::nullopt;
  if (evaluation.options().explanation != nullptr) {
    evaluation.options().explanation->Gave(*plan.expr, value->block);
  }
  const base::Span span = plan.expr->span;
  const std::size_t output = CountSamples(value->block) + value->scalar.size();
  const std::size_t inputs = evaluation.held() - before;
  if (GathersVectors(plan)) {
    const std::size_t peak = output + inputs / plan.grid.steps;
    if (!evaluation.Hold(peak, span)) return std::nullopt;
    evaluation.Release(peak);
  }
  evaluation.Release(inputs);
  const std::size_t samples = output * std::max<std::size_t>(plan.repeat, 1);
  if (!evaluation.Hold(samples, span) || !evaluation.InTime(span)) {
    return std::nullopt;
  }
  if (plan.repeat > 0) Repeat(*value, plan.repeat);
  return value;
}

}  // namespace promql
