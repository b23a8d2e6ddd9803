#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "base/number.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kCoarseBucketText = {
    .paragraph = R"(histogram_quantile() knows only how many observations are
in each bucket, and draws a straight line between its bounds. A threshold inside
a bucket whose upper bound is at least twice its lower one is compared with that
guess. Beyond the highest finite bound the estimate ends: never-holds reports a
threshold there, and this check one that only the highest bound itself
satisfies. Bucket bounds read off a page give an info.)",
    .bad = R"(- alert: SlowDeployments
  expr: |
    histogram_quantile(0.9, sum by (le) (rate(deployment_duration_seconds_bucket[1h]))) > 1000
)",
    .good = R"(- alert: SlowDeployments
  expr: |
    histogram_quantile(0.9, sum by (le) (rate(deployment_duration_seconds_bucket[1h]))) > 600
)",
};

namespace {

// The histogram under a histogram_quantile() whose value is compared as it is.
const schema::Metric* HistogramOf(const LintContext& context,
                                  const promql::Expr& value) {
  const promql::Expr* at = &promql::StripParens(value);
  while (const auto* pick = std::get_if<promql::Aggregation>(&at->node)) {
    at = &promql::StripParens(*pick->expr);
  }
  const auto* call = std::get_if<promql::Call>(&at->node);
  if (call == nullptr || call->name != "histogram_quantile") return nullptr;
  const schema::Metric* found = nullptr;
  std::size_t selectors = 0;
  promql::ForEachSelector(
      *call->arguments[1],
      [&](const promql::Expr&, const promql::VectorSelector& selector) {
        ++selectors;
        const schema::Sample* sample =
            context.schema().FindSample(selector.name);
        if (sample != nullptr && !context.facts().IsRecorded(selector.name) &&
            sample->role == schema::SampleRole::kBucket) {
          found = context.schema().FindMetric(sample->metric);
        }
      });
  return selectors == 1 ? found : nullptr;
}

void CheckThreshold(LintContext& context, const Threshold& threshold,
                    const schema::Metric& histogram) {
  const std::vector<double>& bounds = histogram.buckets;
  const double number = threshold.number;
  const auto above = std::ranges::lower_bound(bounds, number);
  const base::Severity severity =
      histogram.seen ? base::Severity::kInfo : base::Severity::kWarning;
  const base::Span span = context.InFile(threshold.span);
  if (above == bounds.end()) {
    // Of declared bounds never-holds says it.
    if (!histogram.seen) return;
    context.ReportAs(
        severity, span,
        absl::StrFormat("the highest finite bound of %s that was "
                        "seen is %s: no estimate is above it",
                        histogram.name, base::FormatGeneral(bounds.back())));
    return;
  }
  if (*above == number) return;
  const double low = above == bounds.begin() ? 0 : *(above - 1);
  if (number <= low || *above < 2 * low) return;
  context.ReportAs(
      severity, span,
      absl::StrFormat("whether it is %s is a guess: the observations from %s "
                      "to %s are in one bucket of %s",
                      base::FormatGeneral(number), base::FormatGeneral(low),
                      base::FormatGeneral(*above), histogram.name),
      absl::StrFormat("a threshold of %s%s, or another bucket at %s",
                      low > 0 ? base::FormatGeneral(low) + " or " : "",
                      base::FormatGeneral(*above),
                      base::FormatGeneral(number)));
}

}  // namespace

void CoarseBucket(LintContext& context) {
  for (const Threshold& threshold : Thresholds(context.expr())) {
    const schema::Metric* histogram = HistogramOf(context, *threshold.value);
    if (histogram == nullptr || histogram->buckets.empty()) continue;
    if (threshold.op == base::BinaryOp::kEqual ||
        threshold.op == base::BinaryOp::kNotEqual) {
      continue;
    }
    CheckThreshold(context, threshold, *histogram);
  }
}

}  // namespace alerts
