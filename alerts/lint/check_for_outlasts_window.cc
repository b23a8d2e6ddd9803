#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/windows.h"
#include "base/time.h"

namespace alerts {

const CheckText kForOutlastsWindowText = {
    .paragraph = R"(An event counts for as long as it is in the window of
increase() or rate(); then the expression is false again. An alert that waits at
least that long fires only when events come one after the other, and never for a
single one. Reported for counters of the schema, whose events are rare, compared
by > or >=.)",
    .bad = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total[5m]) > 0
  for: 5m
)",
    .good = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total[15m]) > 0
  for: 5m
)",
};

namespace {

// The longest time that one event keeps the expression true: nothing when it
// has other inputs, or is no `... > n`.
std::optional<base::Duration> LongestWindow(const LintContext& context) {
  const auto* comparison =
      std::get_if<promql::Binary>(&promql::StripParens(context.expr()).node);
  if (comparison == nullptr || comparison->return_bool ||
      (comparison->op != base::BinaryOp::kGreater &&
       comparison->op != base::BinaryOp::kGreaterOrEqual)) {
    return std::nullopt;
  }
  std::size_t selectors = 0;
  promql::ForEachSelector(
      context.expr(),
      [&](const promql::Expr&, const promql::VectorSelector&) { ++selectors; });
  std::optional<base::Duration> longest;
  std::size_t counted = 0;
  for (const WindowRead& read : WindowReads(context)) {
    if (!CountsEvents(*read.call) || !read.window ||
        read.sample->type != schema::MetricType::kCounter ||
        !read.sample->rare_events) {
      return std::nullopt;
    }
    longest = std::max(longest.value_or(0), *read.window);
    ++counted;
  }
  return counted == selectors ? longest : std::nullopt;
}

}  // namespace

// Of events that are far apart, such as deployments: when one has left the
// window, the expression is false again.
void ForOutlastsWindow(LintContext& context) {
  const TimeField& hold = context.rule().for_duration;
  if (context.rule().kind != Rule::Kind::kAlert || hold.value == 0) return;
  const std::optional<base::Duration> window = LongestWindow(context);
  if (!window || hold.value < *window) return;
  context.Report(
      hold.span,
      absl::StrFormat("one event never fires this: it is in the window for %s, "
                      "and the alert waits %s",
                      base::FormatDuration(*window),
                      base::FormatDuration(hold.value)),
      absl::StrFormat("for: less than %s, or a longer window",
                      base::FormatDuration(*window)));
}

}  // namespace alerts
