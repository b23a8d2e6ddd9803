#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"

namespace alerts {

const CheckText kFlappingPickText = {
    .paragraph = R"(topk(), bottomk(), limitk() and limit_ratio() pick other
series whenever the order changes. An alert with `for` starts to wait anew for
each series that was not picked once, so that a condition that holds for all of
them may never fire.)",
    .bad = R"(- alert: BusiestEnvironment
  expr: topk(1, deployment_frequency) > 5
  for: 15m
)",
    .good = R"(- alert: BusyEnvironment
  expr: deployment_frequency > 5
  for: 15m
)",
};

namespace {

// The picking aggregation whose series are those of the result.
const promql::Expr* PickOf(const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
    return base::Row(node->op).keeps_labels ? &expr : nullptr;
  }
  // The other side of a join is picked from to make it unique.
  const auto* node = std::get_if<promql::Binary>(&expr.node);
  const bool compares = node != nullptr && NumberIn(*node->right).has_value();
  if (compares && base::Row(node->op).kind == base::OpKind::kComparison) {
    return PickOf(*node->left);
  }
  return nullptr;
}

}  // namespace

void FlappingPick(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kAlert ||
      context.rule().for_duration.value == 0) {
    return;
  }
  const promql::Expr* pick = PickOf(context.expr());
  if (pick == nullptr) return;
  const auto op = std::get<promql::Aggregation>(pick->node).op;
  context.Report(context.InFile(pick->span),
                 absl::StrFormat("%s() picks other series when the order "
                                 "changes: each waits for its own `for`",
                                 base::Row(op).name));
}

}  // namespace alerts
