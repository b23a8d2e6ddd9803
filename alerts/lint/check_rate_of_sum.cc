#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/windows.h"

namespace alerts {

const CheckText kRateOfSumText = {
    .paragraph = R"(When one of the summed counters starts over, the sum falls
by all that one had counted, which rate() takes for a reset of the whole: it
adds everything the others ever counted. The rate of each counter comes first,
then the sum. Found in subqueries, and when a recording rule of the checked
files records the sum.)",
    .bad = R"(- record: deployments:total
  expr: sum by (environment) (deployment_total)
- alert: ManyDeployments
  expr: increase(deployments:total[1h]) > 5
)",
    .good = R"(- record: deployments:increase1h
  expr: sum by (environment) (increase(deployment_total[1h]))
- alert: ManyDeployments
  expr: deployments:increase1h > 5
)",
};

namespace {

// The aggregation of series as they were scraped.
const promql::Aggregation* SumOfRaw(const promql::Expr& expr) {
  const auto* sum =
      std::get_if<promql::Aggregation>(&promql::StripParens(expr).node);
  if (sum == nullptr || (sum->op != base::AggregationOp::kSum &&
                         sum->op != base::AggregationOp::kAvg)) {
    return nullptr;
  }
  const promql::Expr& inner = promql::StripParens(*sum->expr);
  if (std::holds_alternative<promql::VectorSelector>(inner.node)) return sum;
  return SumOfRaw(inner);
}

}  // namespace

void RateOfSum(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* call = std::get_if<promql::Call>(&part.node);
    if (call == nullptr || !CountsEvents(*call)) return;
    const promql::Aggregation* sum = nullptr;
    std::string where;
    if (const promql::MatrixSelector* range = RangeArgument(*call)) {
      const auto& selector =
          std::get<promql::VectorSelector>(range->selector->node);
      for (const Rule* rule : context.facts().RecordingsOf(selector.name)) {
        sum = SumOfRaw(*rule->expr);
        if (sum == nullptr) return;
      }
      where = absl::StrFormat(", as %s is recorded", selector.name);
    } else if (!call->arguments.empty()) {
      const auto* subquery = std::get_if<promql::Subquery>(
          &promql::StripParens(*call->arguments[0]).node);
      if (subquery != nullptr) sum = SumOfRaw(*subquery->expr);
    }
    if (sum == nullptr) return;
    const std::string_view op = base::Row(sum->op).name;
    context.Report(
        context.InFile(part.span),
        absl::StrFormat("%s() of a %s%s: when one counter starts over, all "
                        "that the others counted is added",
                        call->name, op, where),
        absl::StrFormat("%s(%s(...))", op, call->name));
  });
}

}  // namespace alerts
