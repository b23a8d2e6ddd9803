#include <algorithm>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"

namespace alerts {

const CheckText kShortWindowText = {
    .paragraph = R"(The function needs two samples of its window. A window
shorter than two scrape intervals often holds only one, and then there is no
result. The interval is that of --prometheus-config (the shortest of its jobs)
or of --scrape-interval; without either nothing is claimed, and nothing of
recorded metrics.)",
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

}  // namespace

void ShortWindow(LintContext& context) {
  const auto interval = context.options().scrape_interval;
  if (!interval) return;
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
    const auto window = WindowOf(range->range);
    if (!window || *window >= 2 * *interval || selector.name.empty() ||
        context.facts().IsRecorded(selector.name)) {
      return;
    }
    context.Report(
        context.InFile(range->range->span),
        absl::StrFormat("%s() needs two samples, and one comes every %s: a "
                        "window of %s often has one only",
                        call->name, base::FormatDuration(*interval),
                        base::FormatDuration(*window)),
        absl::StrFormat("[%s], so that a scrape may fail",
                        base::FormatDuration(4 * *interval)));
  });
}

}  // namespace alerts
