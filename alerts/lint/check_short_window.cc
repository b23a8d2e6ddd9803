#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"

namespace alerts {

const CheckText kShortWindowText = {
    .paragraph = R"(The function needs two samples of its window. A window
shorter than two scrape intervals often holds only one, and then there is no
result. The interval is that of --prometheus-config (the shortest of the jobs
that can carry the series) or of --scrape-interval; without either nothing is
claimed. Of a recorded metric it is the interval of the group that records it,
when it is written.)",
    .bad = R"(- alert: ManyRollbacks
  expr: increase(deployment_rollback_total[20s]) > 5
)",
    .good = R"(- alert: ManyRollbacks
  expr: increase(deployment_rollback_total[2m]) > 5
)",
};

namespace {

// Functions without a result for a window of one sample.
constexpr std::string_view kNeedTwo[] = {
    "delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate"};

// How often a sample of the metric comes; nothing when that is not known.
std::optional<base::Duration> SampleInterval(
    const LintContext& context, const promql::VectorSelector& selector) {
  const std::string& metric = selector.name;
  if (metric.empty()) return std::nullopt;
  if (!context.facts().IsRecorded(metric)) {
    return context.schema().ScrapeInterval(metric, selector.matchers);
  }
  std::optional<base::Duration> shortest;
  for (const RuleFacts::Place& place : context.facts().RulesNamed(metric)) {
    if (place.rule->kind != Rule::Kind::kRecord) continue;
    const TimeField& interval = place.group->interval;
    if (!interval.given || interval.value == 0) return std::nullopt;
    shortest = std::min(shortest.value_or(interval.value), interval.value);
  }
  return shortest;
}

}  // namespace

void ShortWindow(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* call = std::get_if<promql::Call>(&part.node);
    if (call == nullptr ||
        std::ranges::find(kNeedTwo, call->name) == std::end(kNeedTwo)) {
      return;
    }
    const promql::MatrixSelector* range = RangeArgument(*call);
    if (range == nullptr) return;
    const auto& selector =
        std::get<promql::VectorSelector>(range->selector->node);
    const auto interval = SampleInterval(context, selector);
    const auto window = WindowOf(range->range);
    if (!interval || !window || *window >= 2 * *interval) return;
    const bool recorded = context.facts().IsRecorded(selector.name);
    context.Report(
        context.InFile(range->range->span),
        absl::StrFormat("%s() needs two samples, and one %s every %s: a "
                        "window of %s often has one only",
                        call->name, recorded ? "is recorded" : "comes",
                        base::FormatDuration(*interval),
                        base::FormatDuration(*window)),
        absl::StrFormat("[%s], so that a%s may fail",
                        base::FormatDuration(4 * *interval),
                        recorded ? "n evaluation" : " scrape"));
  });
}

}  // namespace alerts
