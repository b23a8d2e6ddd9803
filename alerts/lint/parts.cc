#include "alerts/lint/parts.h"

#include <algorithm>
#include <cmath>

#include "promql/check/intervals.h"
#include "promql/check/types.h"

namespace alerts {
namespace {

// They keep a value, or move it a little.
constexpr std::string_view kRounding[] = {"round", "ceil",      "floor",
                                          "abs",   "clamp",     "clamp_min",
                                          "sort",  "sort_desc", "clamp_max"};

bool AddsUpOrPicks(base::AggregationOp op) {
  switch (op) {
    case base::AggregationOp::kAvg:
    case base::AggregationOp::kBottomk:
    case base::AggregationOp::kMax:
    case base::AggregationOp::kMin:
    case base::AggregationOp::kSum:
    case base::AggregationOp::kTopk:
      return true;
    default:
      return false;
  }
}

// The other side of a product or quotient with a number.
const promql::Expr* Scaled(const promql::Binary& binary) {
  const bool times = binary.op == base::BinaryOp::kMultiply;
  if (!times && binary.op != base::BinaryOp::kDivide) return nullptr;
  if (NumberIn(*binary.right)) return binary.left.get();
  return times && NumberIn(*binary.left) ? binary.right.get() : nullptr;
}

}  // namespace

void ForEachPart(const promql::Expr& expr,
                 const std::function<void(const promql::Expr&)>& visit) {
  visit(expr);
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    ForEachPart(*child, visit);
  }
}

const promql::Expr& SeriesBehind(const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  if (const auto* node = std::get_if<promql::MatrixSelector>(&expr.node)) {
    return *node->selector;
  }
  if (const auto* node = std::get_if<promql::Subquery>(&expr.node)) {
    return SeriesBehind(*node->expr);
  }
  if (const auto* node = std::get_if<promql::Unary>(&expr.node)) {
    return SeriesBehind(*node->expr);
  }
  return expr;
}

std::optional<base::Duration> WindowOf(const promql::DurationExprPtr& range) {
  if (range == nullptr || range->op != promql::DurationExpr::Op::kLiteral) {
    return std::nullopt;
  }
  return static_cast<base::Duration>(std::llround(range->seconds * 1000));
}

const promql::MatrixSelector* RangeArgument(const promql::Call& call) {
  for (const promql::ExprPtr& argument : call.arguments) {
    const auto* matrix = std::get_if<promql::MatrixSelector>(
        &promql::StripParens(*argument).node);
    if (matrix != nullptr) return matrix;
  }
  return nullptr;
}

const promql::Expr* VectorArgument(const promql::Call& call) {
  for (const promql::ExprPtr& argument : call.arguments) {
    const promql::ValueType type = promql::TypeOf(*argument);
    if (type == promql::ValueType::kInstantVector ||
        type == promql::ValueType::kRangeVector) {
      return argument.get();
    }
  }
  return nullptr;
}

const promql::Expr* UnwrappedOnce(const promql::Expr& expr) {
  if (const auto* sum = std::get_if<promql::Aggregation>(&expr.node)) {
    return AddsUpOrPicks(sum->op) ? sum->expr.get() : nullptr;
  }
  if (const auto* call = std::get_if<promql::Call>(&expr.node)) {
    const bool rounds =
        std::ranges::find(kRounding, call->name) != std::end(kRounding);
    return rounds ? VectorArgument(*call) : nullptr;
  }
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  return binary == nullptr ? nullptr : Scaled(*binary);
}

const promql::Expr& Unwrapped(const promql::Expr& expr) {
  const promql::Expr* at = &promql::StripParens(expr);
  while (const promql::Expr* next = UnwrappedOnce(*at)) {
    at = &promql::StripParens(*next);
  }
  return *at;
}

bool IsFilter(const promql::Expr& expr) {
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  return binary != nullptr && !binary->return_bool &&
         base::Row(binary->op).kind == base::OpKind::kComparison;
}

std::vector<Threshold> Thresholds(const promql::Expr& expr) {
  std::vector<Threshold> found;
  ForEachPart(expr, [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr ||
        base::Row(binary->op).kind != base::OpKind::kComparison) {
      return;
    }
    if (const auto right = NumberIn(*binary->right)) {
      found.push_back({binary->left.get(),
                       binary->op,
                       *right,
                       {binary->op_span.begin, binary->right->span.end}});
    } else if (const auto left = NumberIn(*binary->left)) {
      found.push_back({binary->right.get(),
                       promql::Mirror(binary->op),
                       *left,
                       {binary->left->span.begin, binary->op_span.end}});
    }
  });
  return found;
}

}  // namespace alerts
