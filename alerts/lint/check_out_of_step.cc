#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "promql/check/selectors.h"
#include "promql/check/types.h"

namespace alerts {

const CheckText kOutOfStepText = {
    .paragraph =
        R"(Two jobs are scraped one after the other, and after a restart
one may be there before the other: between the two scrapes a sum of one job is
compared, or computed, with an older one of the other. An alert without `for`
fires for that single evaluation. Reported where matchers of `job` show that the
two sides of an operator, each of them aggregated, are of different jobs.)",
    .bad = R"(- alert: MoreAskedThanAnswered
  expr: sum(requests_sent{job="client"}) - sum(requests_seen{job="server"}) > 100
)",
    .good = R"(- alert: MoreAskedThanAnswered
  expr: sum(requests_sent{job="client"}) - sum(requests_seen{job="server"}) > 100
  for: 2m
)",
};

namespace {

// The jobs that matchers pin the selectors to; empty when one is not pinned.
std::set<std::string> JobsOf(const promql::Expr& expr) {
  std::set<std::string> jobs;
  bool all = true;
  promql::ForEachSelector(
      expr, [&](const promql::Expr&, const promql::VectorSelector& selector) {
        bool pinned = false;
        for (const base::Matcher& matcher : selector.matchers) {
          if (matcher.name() != "job" || matcher.value().empty() ||
              matcher.type() != base::MatchType::kEqual) {
            continue;
          }
          jobs.insert(matcher.value());
          pinned = true;
        }
        all = all && pinned;
      });
  return all ? jobs : std::set<std::string>();
}

bool IsAggregated(const promql::Expr& expr) {
  bool found = false;
  ForEachPart(expr, [&](const promql::Expr& part) {
    found = found || std::holds_alternative<promql::Aggregation>(part.node);
  });
  return found;
}

}  // namespace

void OutOfStep(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kAlert ||
      context.rule().for_duration.value > 0) {
    return;
  }
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr || base::Row(binary->op).kind == base::OpKind::kSet ||
        !IsAggregated(*binary->left) || !IsAggregated(*binary->right)) {
      return;
    }
    const std::set<std::string> left = JobsOf(*binary->left);
    const std::set<std::string> right = JobsOf(*binary->right);
    if (left.size() != 1 || right.size() != 1 || left == right) return;
    context.Report(
        context.InFile(binary->op_span),
        absl::StrFormat("job \"%s\" and job \"%s\" are scraped at different "
                        "times, and without `for` one evaluation between the "
                        "two is enough to fire",
                        *left.begin(), *right.begin()),
        "for: 2m");
  });
}

}  // namespace alerts
