#include "rollwatch/rule_bound.h"

#include <variant>

#include "alerts/gate/conditions.h"
#include "promql/syntax/printer.h"

namespace rollwatch {

std::string BoundOf(const promql::ExprPtr& expr) {
  const promql::Expr* part = &promql::StripParens(*expr);
  // `and` and `unless` pass the values of their left side on.
  const auto* binary = std::get_if<promql::Binary>(&part->node);
  while (binary != nullptr && (binary->op == base::BinaryOp::kAnd ||
                               binary->op == base::BinaryOp::kUnless)) {
    part = &promql::StripParens(*binary->left);
    binary = std::get_if<promql::Binary>(&part->node);
  }
  if (binary == nullptr || binary->op == base::BinaryOp::kOr) return "";
  const alerts::Conditions conditions(*part);
  if (conditions.all().empty()) return "";
  const alerts::Condition& condition = conditions.all().front();
  return std::string(base::Row(condition.op).text) + " " +
         promql::Print(*condition.bound);
}

}  // namespace rollwatch
