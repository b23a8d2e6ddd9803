#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kLongIntervalText = {
    .paragraph = R"(A query looks back five minutes for a sample. Between two
evaluations of a group whose interval is longer, the series that it records are
gone for the rest of the time: graphs have holes, and alerts on them resolve and
wait anew.)",
    .bad = R"(groups:
- name: slow
  interval: 10m
  rules:
  - record: environment:deployments:increase1d
    expr: sum by (environment) (increase(deployment_total[1d]))
)",
    .good = R"(groups:
- name: slow
  interval: 5m
  rules:
  - record: environment:deployments:increase1d
    expr: sum by (environment) (increase(deployment_total[1d]))
)",
};

namespace {

constexpr base::Duration kLookback = 300'000;

}  // namespace

void LongInterval(LintContext& context) {
  const TimeField& interval = context.group().interval;
  if (context.rule().kind != Rule::Kind::kRecord ||
      interval.value <= kLookback) {
    return;
  }
  // Once a group.
  for (const Rule& rule : context.group().rules) {
    if (rule.kind != Rule::Kind::kRecord) continue;
    if (&rule != &context.rule()) return;
    break;
  }
  context.Report(interval.span,
                 absl::StrFormat("recorded every %s, and found for 5m only",
                                 base::FormatDuration(interval.value)),
                 "an interval of 5m at most");
}

}  // namespace alerts
