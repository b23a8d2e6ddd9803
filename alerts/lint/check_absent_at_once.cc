#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "promql/check/selectors.h"
#include "promql/check/types.h"
#include "schema/schema.h"

namespace alerts {

const CheckText kAbsentAtOnceText = {
    .paragraph = R"(When a scrape fails, the series of that target are gone
until the next one, and absent() has a result at once. An alert on it without
`for`, or with one under two scrape intervals (when --prometheus-config or
--scrape-interval tells them), fires for a single failed scrape. Not reported
are `up` and what else Prometheus itself writes, which a failed scrape has too,
what rules record, and windows that outlast the gap.)",
    .bad = R"(- alert: NoSidecar
  expr: absent(deployment_total)
)",
    .good = R"(- alert: NoSidecar
  expr: absent(deployment_total)
  for: 5m
)",
};

namespace {

// How often it is scraped when a failed scrape takes all of it away: every
// selector is of what is scraped, as it is now. 0 when that is not known.
std::optional<base::Duration> ScrapeInterval(const LintContext& context,
                                             const promql::Expr& expr) {
  bool scraped = true;
  std::optional<base::Duration> shortest;
  ForEachPart(expr, [&](const promql::Expr& part) {
    if (std::holds_alternative<promql::MatrixSelector>(part.node) ||
        std::holds_alternative<promql::Subquery>(part.node)) {
      scraped = false;
    }
    const auto* selector = std::get_if<promql::VectorSelector>(&part.node);
    if (selector == nullptr) return;
    const base::Duration interval =
        context.schema()
            .ScrapeInterval(selector->name, selector->matchers)
            .value_or(0);
    shortest = std::min(shortest.value_or(interval), interval);
    scraped = scraped && !selector->name.empty() &&
              !schema::IsSynthetic(selector->name) &&
              !context.facts().IsRecorded(selector->name);
  });
  return scraped ? shortest : std::nullopt;
}

// The absent() whose result makes the alert fire; what `unless` takes away is
// none.
void ReportAbsent(LintContext& context, const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  if (const auto* binary = std::get_if<promql::Binary>(&expr.node)) {
    ReportAbsent(context, *binary->left);
    if (binary->op != base::BinaryOp::kUnless) {
      ReportAbsent(context, *binary->right);
    }
    return;
  }
  if (const auto* sum = std::get_if<promql::Aggregation>(&expr.node)) {
    ReportAbsent(context, *sum->expr);
    return;
  }
  const auto* call = std::get_if<promql::Call>(&expr.node);
  if (call == nullptr || call->name != "absent" || call->arguments.empty()) {
    return;
  }
  const auto interval = ScrapeInterval(context, *call->arguments[0]);
  if (!interval) return;
  const base::Duration gap = 2 * *interval;
  const base::Duration waits = context.rule().for_duration.value;
  if (waits > 0 && waits >= gap) return;
  context.Report(
      context.InFile(expr.span),
      absl::StrFormat("a failed scrape takes the metric away at once, and %s",
                      waits == 0
                          ? "there is no `for`"
                          : absl::StrFormat("`for` is %s, two scrapes take %s",
                                            base::FormatDuration(waits),
                                            base::FormatDuration(gap))),
      "for: 5m");
}

}  // namespace

void AbsentAtOnce(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kAlert) return;
  ReportAbsent(context, context.expr());
}

}  // namespace alerts
