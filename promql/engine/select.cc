#include "promql/engine/select.h"

#include <algorithm>
#include <string>
#include <utility>

#include "promql/engine/histogram_stats.h"
#include "promql/engine/interpolate.h"

namespace promql {
namespace {

double FieldOf(const SeriesView& series, std::size_t sample,
               SampleField field) {
  switch (field) {
    case SampleField::kTime:
      return static_cast<double>(series.times[sample]) / 1000;
    case SampleField::kStartTime:
      return series.starts.empty()
                 ? 0
                 : static_cast<double>(series.starts[sample]) / 1000;
    case SampleField::kValue:
      break;
  }
  return series.values[sample];
}

bool HasHistogram(const SeriesView& series, std::size_t sample) {
  return !series.histograms.empty() && series.histograms[sample] != nullptr;
}

// Puts the newest sample at or before each step's time, unless it is as old as
// the lookback or a stale marker. O(samples + steps).
void FillColumn(const SeriesView& series, const Plan& plan, SampleField field,
                const Evaluation& evaluation, Column& column) {
  const base::Duration lookback = evaluation.options().lookback;
  std::size_t next = 0;  // The first sample behind the step's time.
  for (std::size_t step = 0; step < plan.grid.steps; ++step) {
    const base::Timestamp time = plan.LookAt(step);
    while (next < series.times.size() && series.times[next] <= time) ++next;
    if (next == 0) continue;
    if (series.times[next - 1] <= evaluation.Before(time - lookback)) continue;
    const std::size_t sample = next - 1;
    if (HasHistogram(series, sample) && field == SampleField::kValue) {
      column.Set(step, series.histograms[sample]);
    } else if (HasHistogram(series, sample) ||
               !IsStaleMarker(series.values[sample])) {
      column.Set(step, FieldOf(series, sample, field));
    }
  }
}

// The times that a selector's steps look at lie in [first, last].
std::pair<base::Timestamp, base::Timestamp> Reach(const Plan& plan) {
  return {plan.LookAt(0), plan.LookAt(plan.grid.steps - 1)};
}

}  // namespace

std::optional<SeriesSet> SelectSeries(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max, base::Span span, Evaluation& evaluation) {
  absl::StatusOr<SeriesSet> set =
      evaluation.storage().Select(matchers, min, max);
  if (!set.ok()) {
    evaluation.Fail(span,
                    "expanding series: " + std::string(set.status().message()));
    return std::nullopt;
  }
  return *std::move(set);
}

std::optional<Block> SelectInstant(const Plan& plan, SampleField field,
                                   Evaluation& evaluation) {
  const auto& selector = std::get<VectorSelector>(plan.expr->node);
  const base::Span span = plan.expr->span;
  const bool smoothed = selector.extension == Extension::kSmoothed;
  const base::Duration lookback = evaluation.options().lookback;
  const auto [first, last] = Reach(plan);
  auto set =
      SelectSeries(selector.matchers, evaluation.Before(first - lookback) + 1,
                   smoothed ? last + lookback : last, span, evaluation);
  if (!set.has_value()) return std::nullopt;
  if (plan.stats_only) KeepStatsOnly(*set);
  Block block{plan.grid.steps, {}};
  for (SeriesView& series : set->series) {
    Column column(plan.grid.steps);
    if (smoothed) {
      FillSmoothed(series, plan, lookback, evaluation, column);
    } else {
      FillColumn(series, plan, field, evaluation, column);
    }
    if (column.Empty()) continue;
    block.rows.push_back({std::move(series.labels), false, std::move(column)});
    if (!evaluation.InTime(span)) return std::nullopt;
  }
  return block;
}

}  // namespace promql
