#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"

namespace alerts {

const CheckText kRawCounterText = {
    .paragraph = R"(A counter counts since its process started, so what it is
compared with is reached sooner or later by any process that runs long enough,
and a restart starts over. Whether there was any event at all (> 0, == 0) is not
reported, nor is a difference of two times.)",
    .bad = R"(- alert: ManyRollbacks
  expr: sum by (environment) (deployment_rollback_total) > 5
)",
    .good = R"(- alert: ManyRollbacks
  expr: sum by (environment) (increase(deployment_rollback_total[1d])) > 5
)",
};

void RawCounter(LintContext& context) {
  for (const Threshold& threshold : Thresholds(context.expr())) {
    const promql::Expr& value = Unwrapped(*threshold.value);
    const auto* selector = std::get_if<promql::VectorSelector>(&value.node);
    if (selector == nullptr || threshold.number == 0 ||
        context.facts().IsRecorded(selector->name)) {
      continue;
    }
    const schema::Sample* sample = context.schema().FindSample(selector->name);
    if (sample == nullptr || sample->type != schema::MetricType::kCounter) {
      continue;
    }
    context.Report(
        context.InFile(value.span),
        absl::StrFormat("%s counts since its process started: after %g events "
                        "this compares with all there ever were",
                        sample->name, threshold.number),
        absl::StrFormat("increase(%s[1h])", context.TextOf(value)));
  }
}

}  // namespace alerts
