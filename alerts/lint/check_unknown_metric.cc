#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kUnknownMetricText = {
    .paragraph = R"(No metric of the schema and no recording rule of the checked
files has this name, but one of nearly this name exists (edit distance at most
2, and not in numbers alone: x:rate5m is not mistyped for x:rate1h). Of other
unknown names nothing is claimed.)",
    .bad = R"(- alert: RolledBack
  expr: increase(deployment_rollbacks_total[1h]) > 0
)",
    .good = R"(- alert: RolledBack
  expr: increase(deployment_rollback_total[1h]) > 0
)",
};

// Of a metric that is neither in the schema nor recorded nothing is known: its
// name is near a known one, or the schema is said to have all there are.
void UnknownMetric(LintContext& context) {
  const auto check = [&](const promql::Expr& expr,
                         const promql::VectorSelector& selector) {
    const RuleFacts& facts = context.facts();
    if (selector.name.empty() || facts.IsRecorded(selector.name) ||
        context.schema().FindSample(selector.name) != nullptr) {
      return;
    }
    const std::string_view near = facts.Nearest(selector.name);
    const bool closed = context.options().closed_schema;
    if (!closed &&
        (near.empty() || promql::DifferInNumbers(selector.name, near))) {
      return;
    }
    const base::Span name = promql::NameSpan(expr, selector);
    context.ReportAs(closed ? base::Severity::kError : base::Severity::kWarning,
                     context.InFile(name),
                     absl::StrFormat("no metric is called %s", selector.name),
                     near.empty()
                         ? std::string()
                         : absl::StrFormat("did you mean \"%s\"?", near));
  };
  promql::ForEachSelector(context.expr(), check);
}

}  // namespace alerts
