#include <algorithm>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/windows.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kMissesFirstEventText = {
    .paragraph = R"(A counter that is not published before its first event
appears with the value 1. rate() and increase() count from the first sample of
their window, so that they see no increase: the first event of every combination
of labels is missed, which for rare events is every event that matters. Reported
of metrics whose schema says starts_at_zero: false, unless the expression asks
with `unless ... offset` for series that are new.)",
    .bad = R"(- alert: OrderLost
  expr: increase(orders_lost_total[10m]) > 0
)",
    .good = R"(- alert: OrderLost
  expr: |
    increase(orders_lost_total[10m]) > 0
      or (orders_lost_total unless orders_lost_total offset 10m)
)",
};

namespace {

// x unless x offset 10m: the series that are new.
bool AsksForNewSeries(const promql::Expr& expr, std::string_view metric) {
  bool asks = false;
  ForEachPart(expr, [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr || binary->op != base::BinaryOp::kUnless) return;
    promql::ForEachSelector(
        *binary->right,
        [&](const promql::Expr&, const promql::VectorSelector& selector) {
          asks = asks ||
                 (selector.name == metric && selector.time.offset != nullptr);
        });
  });
  return asks;
}

}  // namespace

void MissesFirstEvent(LintContext& context) {
  for (const WindowRead& read : WindowReads(context)) {
    if (!CountsEvents(*read.call) ||
        read.sample->type != schema::MetricType::kCounter ||
        read.sample->starts_at_zero.value_or(true) ||
        AsksForNewSeries(context.expr(), read.sample->name)) {
      continue;
    }
    context.Report(
        context.InFile(read.expr->span),
        absl::StrFormat("%s is not published before its first event: %s() does "
                        "not see the first one of every combination of labels",
                        read.sample->name, read.call->name),
        absl::StrFormat("publish it at 0 from the start, or: ... or (%s unless "
                        "%s offset %s)",
                        read.sample->name, read.sample->name,
                        base::FormatDuration(read.window.value_or(300'000))));
  }
}

}  // namespace alerts
