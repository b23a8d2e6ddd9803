#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "promql/check/selectors.h"
#include "re2/re2.h"

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

namespace {

// x:rate5m and x:rate1h, p90 and p99: nobody mistypes the one for the other.
bool OfAnotherNumber(std::string_view name, std::string_view near) {
  static const re2::RE2* const number =
      new re2::RE2(R"([0-9]+(?:ms|[smhdwy])?(_|:|$|[a-zA-Z]))");
  const auto without_numbers = [](std::string_view text) {
    std::string plain(text);
    re2::RE2::GlobalReplace(&plain, *number, "0\\1");
    return plain;
  };
  return without_numbers(name) == without_numbers(near);
}

}  // namespace

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
    if (!closed && (near.empty() || OfAnotherNumber(selector.name, near))) {
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
