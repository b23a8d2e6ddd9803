#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "promql/check/value_ranges.h"

namespace alerts {

const CheckText kNeverHoldsText = {
    .paragraph = R"(The values of both sides are followed through the
expression, from what the schema declares of a metric and what each function can
return: a ratio of a part to its whole is at most 1, a count at least 0, a
quantile at most the top finite bucket. A comparison that no such value
satisfies keeps its alert from ever firing.)",
    .bad = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 100
)",
    .good = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 0 < 100
  for: 1h
)",
};

namespace {

bool IsNumber(const promql::Expr& expr) {
  return std::holds_alternative<promql::NumberLiteral>(
      promql::StripParens(expr).node);
}

std::string SaidOf(const LintContext& context, const promql::Expr& expr,
                   const promql::Values& values) {
  return absl::StrFormat("%s is in %s", context.TextOf(expr),
                         promql::ToString(values));
}

// What else the author may have meant.
std::string Help(const promql::Binary& comparison,
                 const promql::ImpossibleComparison& impossible) {
  const auto* count = std::get_if<promql::Aggregation>(
      &promql::StripParens(*comparison.left).node);
  const promql::Values& right = impossible.right;
  if (count != nullptr && count->op == base::AggregationOp::kCount &&
      right.low == right.high && right.low <= 1) {
    return "count() of nothing is no series, not 0: absent(...), or "
           "(count(...) or vector(0))";
  }
  const bool share = impossible.left.low == 0 && impossible.left.high == 1;
  if (share && right.low == right.high && right.low > 1 && right.low <= 100) {
    return absl::StrFormat("%g%% of it is %g", right.low, right.low / 100);
  }
  return {};
}

}  // namespace

// Of the values that the schema declares and the functions can give. What
// follows from an impossible part is not said again.
void NeverHolds(LintContext& context) {
  for (const promql::ImpossibleComparison& impossible :
       context.values().impossible) {
    const auto& comparison =
        std::get<promql::Binary>(impossible.comparison->node);
    std::string reason;
    if (!IsNumber(*comparison.left)) {
      reason = SaidOf(context, *comparison.left, impossible.left);
    }
    if (!IsNumber(*comparison.right)) {
      reason += (reason.empty() ? "" : ", ") +
                SaidOf(context, *comparison.right, impossible.right);
    }
    if (reason.empty()) reason = context.TextOf(*impossible.comparison);
    context.Report(
        context.InFile({comparison.op_span.begin, comparison.right->span.end}),
        absl::StrFormat("this never holds: %s", reason),
        Help(comparison, impossible));
  }
}

}  // namespace alerts
