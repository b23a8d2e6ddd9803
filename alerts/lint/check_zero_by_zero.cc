#include <algorithm>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/windows.h"
#include "promql/check/value_ranges.h"

namespace alerts {

const CheckText kZeroByZeroText = {
    .paragraph = R"(While nothing happens, both counts of events are 0 and their
ratio is NaN. No comparison but != holds for NaN, so the alert resolves and its
`for` starts over; a graph has a hole. Dividing by (... > 0) leaves no ratio at
all, on purpose.)",
    .bad = R"(- alert: ManyFailures
  expr: |
    sum(rate(smoke_test_total{result="failed"}[1h])) / sum(rate(smoke_test_total[1h])) > 0.1
)",
    .good = R"(- alert: ManyFailures
  expr: |
    sum(rate(smoke_test_total{result="failed"}[1h])) / (sum(rate(smoke_test_total[1h])) > 0) > 0.1
)",
};

namespace {

// Whether the part is a count of the schema's events that can be 0.
bool CanBeZero(const LintContext& context, const promql::Expr& part) {
  const auto reads = WindowReads(context, part);
  const bool events =
      !reads.empty() && std::ranges::all_of(reads, [](const WindowRead& read) {
        return CountsEvents(*read.call) &&
               read.sample->type == schema::MetricType::kCounter;
      });
  if (!events) return false;
  const promql::Values values =
      promql::AnalyseValues(part, context.facts()).values;
  return !values.never && values.low == 0 && !values.low_open;
}

void ReportDivisions(LintContext& context, const promql::Expr& expr) {
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    ReportDivisions(context, *child);
  }
  const auto* division = std::get_if<promql::Binary>(&expr.node);
  if (division == nullptr || division->op != base::BinaryOp::kDivide) return;
  if (!CanBeZero(context, *division->left) ||
      !CanBeZero(context, *division->right)) {
    return;
  }
  context.Report(context.InFile(division->op_span),
                 "while nothing happens this is 0/0 = NaN: no comparison but "
                 "!= holds, and `for` starts over",
                 "divide by (... > 0): then there is no ratio");
}

}  // namespace

void ZeroByZero(LintContext& context) {
  ReportDivisions(context, context.expr());
}

}  // namespace alerts
