#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "promql/check/intervals.h"
#include "promql/check/selectors.h"
#include "promql/check/types.h"
#include "promql/check/value_ranges.h"

namespace alerts {

const CheckText kAlwaysFiresText = {
    .paragraph = R"(An alert fires for every series of its expression, whatever
the value. Reported are alerts whose expression drops none: a comparison with
`bool`, whose result is there whether it holds or not; a comparison that every
value of its sides satisfies, as the schema and the functions have them; and no
condition at all on metrics that are always published. vector(1), which is how a
watchdog is written, is not reported.)",
    .bad = R"(- alert: Rollbacks
  expr: sum by (environment) (increase(deployment_rollback_total[1h])) >= 0
)",
    .good = R"(- alert: Rollbacks
  expr: sum by (environment) (increase(deployment_rollback_total[1h])) > 0
)",
};

namespace {

// Whether what the expression has may depend on values: a comparison, a set
// operator, absent(); or nothing is known of its metrics.
bool MayDropSeries(const LintContext& context, const promql::Expr& expr) {
  bool may = false;
  std::size_t selectors = 0;
  ForEachPart(expr, [&](const promql::Expr& part) {
    if (const auto* node = std::get_if<promql::VectorSelector>(&part.node)) {
      ++selectors;
      const schema::Sample* sample =
          context.facts().IsRecorded(node->name)
              ? nullptr
              : context.schema().FindSample(node->name);
      may = may || sample == nullptr ||
            !(sample->starts_at_zero.value_or(false) || sample->name == "up");
    } else if (const auto* call = std::get_if<promql::Call>(&part.node)) {
      may = may || call->name == "absent" || call->name == "absent_over_time";
    } else if (const auto* binary = std::get_if<promql::Binary>(&part.node)) {
      const bool vectors =
          promql::TypeOf(*binary->left) == promql::ValueType::kInstantVector &&
          promql::TypeOf(*binary->right) == promql::ValueType::kInstantVector;
      may = may || IsFilter(part) || vectors;
    }
  });
  return may || selectors == 0;
}

// Whether `left op right` holds for all values of both. NaN satisfies nothing
// but !=.
bool AlwaysHolds(const promql::Binary& comparison,
                 const promql::SeriesFacts& facts) {
  const promql::Values left =
      promql::AnalyseValues(*comparison.left, facts).values;
  const auto number = NumberIn(*comparison.right);
  if (left.never || !number) return false;
  switch (comparison.op) {
    case base::BinaryOp::kGreaterOrEqual:
      return left.low >= *number;
    case base::BinaryOp::kGreater:
      return left.low > *number || (left.low == *number && left.low_open);
    case base::BinaryOp::kLessOrEqual:
      return left.high <= *number;
    case base::BinaryOp::kLess:
      return left.high < *number || (left.high == *number && left.high_open);
    case base::BinaryOp::kNotEqual:
      return left.low > *number || left.high < *number;
    default:
      return false;
  }
}

}  // namespace

void AlwaysFires(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kAlert) return;
  const promql::Expr& expr = promql::StripParens(context.expr());
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  const bool compares =
      binary != nullptr &&
      base::Row(binary->op).kind == base::OpKind::kComparison &&
      promql::TypeOf(*binary->left) == promql::ValueType::kInstantVector;
  if (compares && binary->return_bool) {
    context.Report(context.InFile(binary->op_span),
                   "with `bool` the result is there whether it holds or not: "
                   "the alert fires either way",
                   "leave `bool` out");
    return;
  }
  if (compares && !MayDropSeries(context, *binary->left) &&
      AlwaysHolds(*binary, context.facts())) {
    context.Report(
        context.InFile({binary->op_span.begin, binary->right->span.end}),
        absl::StrFormat(
            "this always holds: %s is in %s", context.TextOf(*binary->left),
            promql::ToString(
                promql::AnalyseValues(*binary->left, context.facts()).values)));
    return;
  }
  if (!MayDropSeries(context, expr)) {
    context.Report(context.InFile(expr.span),
                   "there is no condition: the alert fires as long as the "
                   "metric is published",
                   "... > 0");
  }
}

}  // namespace alerts
