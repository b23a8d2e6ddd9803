#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/counters.h"
#include "alerts/lint/parts.h"
#include "promql/functions/function.h"

namespace alerts {

const CheckText kRateOfGaugeText = {
    .paragraph = R"(rate(), irate() and increase() take every decrease for a
restart of the counter and add what came after it: of a gauge, each way down
counts as an increase, and the result means nothing. So it is of a rate, a ratio
or a count of series, in a subquery or as a recording rule of the checked files
records it.)",
    .bad = R"(- alert: FrequencyGrows
  expr: rate(deployment_frequency[1h]) > 0
)",
    .good = R"(- alert: FrequencyGrows
  expr: deriv(deployment_frequency[1h]) > 0
)",
};

namespace {

// The selector of a range; null when a subquery is read.
const promql::VectorSelector* SelectorOf(const promql::Call& call) {
  const promql::MatrixSelector* range = RangeArgument(call);
  return range == nullptr
             ? nullptr
             : &std::get<promql::VectorSelector>(range->selector->node);
}

}  // namespace

// A gauge that goes down looks to rate() like a counter that was reset, so the
// way down counts as increase.
void RateOfGauge(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* call = std::get_if<promql::Call>(&part.node);
    const promql::Function* function =
        call == nullptr ? nullptr : promql::FindFunction(call->name);
    if (function == nullptr ||
        function->reads != promql::Function::Reads::kCounter) {
      return;
    }
    const promql::Expr* read = VectorArgument(*call);
    const std::string why = read == nullptr ? "" : WhyNoCounter(context, *read);
    if (why.empty()) return;
    const promql::VectorSelector* selector = SelectorOf(*call);
    const std::string what =
        selector == nullptr ? std::string("this") : selector->name;
    const bool recorded =
        selector != nullptr && context.facts().IsRecorded(selector->name);
    context.Report(
        context.InFile(part.span),
        absl::StrFormat("%s() reads a counter, but %s%s is %s", call->name,
                        what, recorded ? ", as it is recorded," : "", why),
        "delta(...), changes(...) or deriv(...)");
  });
}

}  // namespace alerts
