#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/windows.h"
#include "promql/functions/function.h"

namespace alerts {

const CheckText kRateOfGaugeText = {
    .paragraph = R"(rate(), irate() and increase() take every decrease for a
restart of the counter and add what came after it: of a gauge, each way down
counts as an increase, and the result means nothing.)",
    .bad = R"(- alert: FrequencyGrows
  expr: rate(deployment_frequency[1h]) > 0
)",
    .good = R"(- alert: FrequencyGrows
  expr: deriv(deployment_frequency[1h]) > 0
)",
};

// A gauge that goes down looks to rate() like a counter that was reset, so the
// way down counts as increase.
void RateOfGauge(LintContext& context) {
  for (const WindowRead& read : WindowReads(context)) {
    const promql::Function* function = promql::FindFunction(read.call->name);
    if (read.sample->type != schema::MetricType::kGauge ||
        function == nullptr ||
        function->reads != promql::Function::Reads::kCounter) {
      continue;
    }
    context.Report(context.InFile(read.expr->span),
                   absl::StrFormat("%s() reads a counter, but %s is a gauge",
                                   read.call->name, read.sample->name),
                   "delta(...), changes(...) or deriv(...)");
  }
}

}  // namespace alerts
