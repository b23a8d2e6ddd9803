#include "promql/script/pin_times.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "promql/functions/function.h"

namespace promql {
namespace {

bool ReadsEvaluationTime(const Expr& expr) {
  if (const auto* call = std::get_if<Call>(&expr.node)) {
    if (FindFunction(call->name)->uses_eval_time) return true;
  }
  // What is in a pinned subquery does not matter.
  if (std::holds_alternative<Subquery>(expr.node)) return false;
  const ChildList children = Children(expr);
  return std::ranges::any_of(children, [](const ExprPtr& child) {
    return ReadsEvaluationTime(*child);
  });
}

ExprPtr Pinned(const ExprPtr& expr, base::Timestamp time) {
  return expr == nullptr ? nullptr : PinTimes(*expr, time);
}

bool IsQueryTime(const AtModifier& at) {
  return at.kind != AtModifier::Kind::kTimestamp;
}

// The start and the end of an instant query are its time.
void Pin(TimeModifiers& modifiers, base::Timestamp time) {
  if (modifiers.at.has_value() && !IsQueryTime(*modifiers.at)) return;
  modifiers.at = AtModifier{AtModifier::Kind::kTimestamp, time};
}

bool UsesQueryTimes(const DurationExprPtr& duration) {
  if (duration == nullptr) return false;
  return duration->op == DurationExpr::Op::kStep ||
         duration->op == DurationExpr::Op::kRange ||
         UsesQueryTimes(duration->left) || UsesQueryTimes(duration->right);
}

bool UsesQueryTimes(const TimeModifiers& time) {
  return UsesQueryTimes(time.offset) ||
         (time.at.has_value() && IsQueryTime(*time.at));
}

bool NodeUsesQueryTimes(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const VectorSelector& node) { return UsesQueryTimes(node.time); },
          [](const MatrixSelector& node) {
            return UsesQueryTimes(node.range) || UsesQueryTimes(*node.selector);
          },
          [](const Subquery& node) {
            return UsesQueryTimes(node.time) || UsesQueryTimes(node.range) ||
                   UsesQueryTimes(node.step);
          },
          [](const Call& node) {
            return FindFunction(node.name)->needs ==
                   Function::Needs::kQueryTimes;
          },
          [](const auto&) { return false; }},
      expr.node);
}

}  // namespace

ExprPtr PinTimes(const Expr& expr, base::Timestamp time) {
  if (ReadsEvaluationTime(expr)) return nullptr;
  Expr result = expr;
  std::visit(
      Overloaded{[&](VectorSelector& node) { Pin(node.time, time); },
                 [&](MatrixSelector& node) {
                   node.selector = Pinned(node.selector, time);
                 },
                 [&](Subquery& node) { Pin(node.time, time); },
                 [&](Call& node) {
                   for (ExprPtr& argument : node.arguments) {
                     argument = Pinned(argument, time);
                   }
                 },
                 [&](Aggregation& node) {
                   node.parameter = Pinned(node.parameter, time);
                   node.expr = Pinned(node.expr, time);
                 },
                 [&](Binary& node) {
                   node.left = Pinned(node.left, time);
                   node.right = Pinned(node.right, time);
                 },
                 [&](Unary& node) { node.expr = Pinned(node.expr, time); },
                 [&](Paren& node) { node.expr = Pinned(node.expr, time); },
                 [](auto&) {}},
      result.node);
  return std::make_shared<const Expr>(std::move(result));
}

bool UsesQueryTimes(const Expr& expr) {
  const ChildList children = Children(expr);
  return NodeUsesQueryTimes(expr) ||
         std::ranges::any_of(children, [](const ExprPtr& child) {
           return UsesQueryTimes(*child);
         });
}

}  // namespace promql
