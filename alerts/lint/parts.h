// Parts of expressions: what several checks look for.

#ifndef ALERTS_LINT_PARTS_H_
#define ALERTS_LINT_PARTS_H_

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "promql/syntax/tree.h"

namespace alerts {

// Calls `visit` for the expression and every part of it, outer ones first.
void ForEachPart(const promql::Expr& expr,
                 const std::function<void(const promql::Expr&)>& visit);

// What computes or selects the series of an expression: without parentheses,
// a sign, a range or a subquery around it.
const promql::Expr& SeriesBehind(const promql::Expr& expr);

// The range of a range selector or subquery, when it is written as a duration.
std::optional<base::Duration> WindowOf(const promql::DurationExprPtr& range);

// The range selector that a call reads, with its selector; null when it reads
// none, or a subquery.
const promql::MatrixSelector* RangeArgument(const promql::Call& call);

// The vector among the arguments of a call; null when there is none.
const promql::Expr* VectorArgument(const promql::Call& call);

// What an aggregation that adds up or picks (sum, avg, max, min, topk,
// bottomk), a function that rounds or bounds, or a product with a number is
// computed from, however many of these stand around it.
const promql::Expr& Unwrapped(const promql::Expr& expr);
// One of these taken away; null when there is none. REQUIRES: no parentheses
// around `expr`
const promql::Expr* UnwrappedOnce(const promql::Expr& expr);

// A comparison of two sides that drops samples: not `bool`.
bool IsFilter(const promql::Expr& expr);

// `value > number` or `number < value`, as value, operator, number.
struct Threshold {
  const promql::Expr* value = nullptr;
  base::BinaryOp op = base::BinaryOp::kGreater;
  double number = 0;
  base::Span span;  // "> 5"
};
// Of every comparison of the expression with a number.
std::vector<Threshold> Thresholds(const promql::Expr& expr);

}  // namespace alerts

#endif  // ALERTS_LINT_PARTS_H_
