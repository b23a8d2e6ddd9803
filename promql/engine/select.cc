#include "promql/engine/select.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "promql/engine/histogram_stats.h"
#include "promql/engine/interpolate.h"
#include "promql/engine/known_times.h"
#include "promql/engine/label_hints.h"

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

// Which sample each step of a selector sees: the newest at or before its time,
// unless it is as old as the lookback.
class Sight {
 public:
  Sight(const Plan& plan, const Evaluation& evaluation)
      : plan_(plan),
        evaluation_(evaluation),
        seen_(plan.grid.steps),
        sample_(plan.grid.steps) {}

  // O(samples + steps), or the comparison of times for series scraped together.
  void LookAt(const SeriesView& series) {
    const std::span<const base::Timestamp> times = series.times;
    if (known_times_.Repeats(times, true)) return;
    const base::Duration lookback = evaluation_.options().lookback;
    std::size_t next = 0;  // The first sample behind the step's time.
    for (std::size_t step = 0; step < seen_.size(); ++step) {
      const base::Timestamp time = plan_.LookAt(step);
      while (next < times.size() && times[next] <= time) ++next;
      const bool seen =
          next > 0 && times[next - 1] > evaluation_.Before(time - lookback);
      seen_[step] = seen ? kFloat : kAbsent;
      sample_[step] = seen ? static_cast<std::uint32_t>(next - 1) : 0;
    }
  }

  // Puts the samples where they are seen, but for stale markers.
  void Fill(const SeriesView& series, SampleField field, Column& column) const {
    if (series.times.empty()) return;
    if (series.histograms.empty() && field == SampleField::kValue) {
      for (std::size_t step = 0; step < seen_.size(); ++step) {
        const double value = series.values[sample_[step]];
        column.values[step] = value;
        column.present[step] =
            IsStaleMarker(value) ? std::uint8_t{kAbsent} : seen_[step];
      }
      return;
    }
    for (std::size_t step = 0; step < seen_.size(); ++step) {
      if (seen_[step] == kAbsent) continue;
      const std::size_t sample = sample_[step];
      if (HasHistogram(series, sample) && field == SampleField::kValue) {
        column.Set(step, series.histograms[sample]);
      } else if (HasHistogram(series, sample) ||
                 !IsStaleMarker(series.values[sample])) {
        column.Set(step, FieldOf(series, sample, field));
      }
    }
  }

 private:
  const Plan& plan_;
  const Evaluation& evaluation_;
  KnownTimes known_times_;
  std::vector<std::uint8_t> seen_;  // kFloat or kAbsent.
  std::vector<std::uint32_t> sample_;
};

// The times that a selector's steps look at lie in [first, last].
std::pair<base::Timestamp, base::Timestamp> Reach(const Plan& plan) {
  return {plan.LookAt(0), plan.LookAt(plan.grid.steps - 1)};
}

// The same, with dots that match no line break.
std::vector<base::Matcher> WithNarrowDots(
    const std::vector<base::Matcher>& matchers) {
  std::vector<base::Matcher> narrow;
  for (const base::Matcher& matcher : matchers) {
    auto made = base::Matcher::Make(matcher.type(), matcher.name(),
                                    matcher.value(), false);
    narrow.push_back(made.ok() ? *std::move(made) : matcher);
  }
  return narrow;
}

}  // namespace

std::optional<SeriesSet> SelectSeries(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max, base::Span span, Evaluation& evaluation) {
  const bool narrow =
      evaluation.options().compatibility.dot_without_line_breaks;
  absl::StatusOr<SeriesSet> set = evaluation.storage().Select(
      narrow ? WithNarrowDots(matchers) : matchers, min, max);
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
  const base::Timestamp min = evaluation.Before(first - lookback) + 1;
  const base::Timestamp max = smoothed ? last + lookback : last;
  auto set = SelectSeries(selector.matchers, min, max, span, evaluation);
  if (!set.has_value()) return std::nullopt;
  HintMatchers(selector, *set, min, max, evaluation);
  if (plan.stats_only) KeepStatsOnly(*set);
  Block block{plan.grid.steps, {}};
  Sight sight(plan, evaluation);
  for (SeriesView& series : set->series) {
    Column column(plan.grid.steps);
    if (smoothed) {
      FillSmoothed(series, plan, lookback, evaluation, column);
    } else {
      sight.LookAt(series);
      sight.Fill(series, field, column);
    }
    if (column.Empty()) continue;
    block.rows.push_back({std::move(series.labels), false, std::move(column)});
    if (!evaluation.InTime(span)) return std::nullopt;
  }
  return block;
}

}  // namespace promql
