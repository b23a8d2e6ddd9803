#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <variant>

#include "promql/engine/explain.h"
#include "promql/engine/histogram_stats.h"
#include "promql/engine/known_times.h"
#include "promql/engine/label_hints.h"
#include "promql/engine/select.h"

namespace promql {
namespace {

// The end of the window of each step.
std::vector<base::Timestamp> Ends(const Plan& plan) {
  std::vector<base::Timestamp> ends(plan.grid.steps);
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = plan.LookAt(i);
  return ends;
}

// Samples of one kind taken out of a series, for series that also have stale
// markers or samples of the other kind.
template <typename Value>
struct Extracted {
  std::vector<base::Timestamp> times;
  std::vector<Value> values;
  std::vector<base::Timestamp> starts;

  void Clear() {
    times.clear();
    values.clear();
    starts.clear();
  }
  Samples<Value> View() const { return {times, values, starts}; }
};

// A stale marker is NaN, and most series have none: sixteen values at a time.
bool HasStaleMarker(std::span<const double> values) {
  constexpr std::size_t kBlock = 16;
  std::size_t i = 0;
  for (; i + kBlock <= values.size(); i += kBlock) {
    unsigned nans = 0;
    for (std::size_t k = i; k < i + kBlock; ++k) {
      nans |= static_cast<unsigned>(std::isnan(values[k]));
    }
    if (nans != 0 &&
        std::ranges::any_of(values.subspan(i, kBlock), IsStaleMarker)) {
      return true;
    }
  }
  return std::ranges::any_of(values.subspan(i), IsStaleMarker);
}

// Finds each step's samples with two pointers that only move forward.
// O(samples + steps).
class Bounder {
 public:
  Bounder(const Windows& windows, const Evaluation& evaluation)
      : windows_(windows),
        evaluation_(evaluation),
        lookback_(evaluation.options().lookback) {}

  void Find(std::span<const base::Timestamp> times,
            Windows::Bounds& bounds) const {
    if (times.empty()) {
      bounds.begin.assign(windows_.steps(), 0);
      bounds.end.assign(windows_.steps(), 0);
      return;
    }
    bounds.begin.resize(windows_.steps());
    bounds.end.resize(windows_.steps());
    std::size_t begin = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < windows_.steps(); ++i) {
      const base::Timestamp close = windows_.ends[i];
      const base::Timestamp open = evaluation_.Before(close - windows_.range);
      while (begin < times.size() && times[begin] <= open) ++begin;
      while (end < times.size() && times[end] <= close) ++end;
      bounds.begin[i] = begin;
      bounds.end[i] = end;
      if (windows_.edges != WindowEdges::kPlain) {
        Extend(times, i, bounds);
      }
    }
  }

 private:
  void Extend(std::span<const base::Timestamp> times, std::size_t step,
              Windows::Bounds& bounds) const {
    const base::Timestamp close = windows_.ends[step];
    const base::Timestamp open = close - windows_.range;
    std::size_t& begin = bounds.begin[step];
    std::size_t& end = bounds.end[step];
    if (begin > 0 && times[begin - 1] > open - lookback_) --begin;
    if (windows_.edges == WindowEdges::kSmoothed && end < times.size() &&
        times[end] <= close + lookback_ && times[end - (end > 0)] != close) {
      ++end;
    }
  }

  const Windows& windows_;
  const Evaluation& evaluation_;
  base::Duration lookback_;
};

// One series after the other, as windows.
class WindowsMaker {
 public:
  WindowsMaker(const Plan& plan, WindowEdges edges, Evaluation& evaluation)
      : plan_(plan), evaluation_(evaluation), ends_(Ends(plan)) {
    windows_.grid = plan.grid;
    windows_.range = plan.range;
    windows_.edges = edges;
    windows_.ends = ends_;
  }

  // `lasts`: the series stays where it is until all are visited.
  bool Visit(const SeriesView& series, bool lasts, bool drop_name,
             const WindowsVisitor& visitor) {
    times_last_ = lasts;
    Split(series);
    BoundFloats();
    std::size_t widest = widest_;
    if (!windows_.histograms.empty()) {
      Bounder(windows_, evaluation_)
          .Find(windows_.histograms.times, windows_.histogram_bounds);
      widest = std::max(widest, Widest(windows_.histogram_bounds));
    }
    if (widest == 0) return true;
    windows_.labels = &series.labels;
    const base::Span span = plan_.expr->span;
    if (!evaluation_.Hold(widest, span) || !evaluation_.InTime(span)) {
      return false;
    }
    const bool carry_on = visitor(series.labels, drop_name, windows_);
    evaluation_.Release(widest);
    return carry_on;
  }

 private:
  // Series scraped together have the same times and so the same windows.
  void BoundFloats() {
    const std::span<const base::Timestamp> times = windows_.floats.times;
    if (known_times_.Repeats(times, times_last_)) return;
    Bounder(windows_, evaluation_).Find(times, windows_.float_bounds);
    widest_ = Widest(windows_.float_bounds);
    windows_.gaps.reset();
  }

  static std::size_t Widest(const Windows::Bounds& bounds) {
    std::size_t widest = 0;
    for (std::size_t i = 0; i < bounds.begin.size(); ++i) {
      widest = std::max(widest, bounds.end[i] - bounds.begin[i]);
    }
    return widest;
  }

  // Most series are floats without a stale marker: those are not copied.
  void Split(const SeriesView& series) {
    windows_.floats = {series.times, series.values, series.starts};
    windows_.histograms = {};
    if (series.histograms.empty() && !HasStaleMarker(series.values)) {
      return;
    }
    times_last_ = false;
    floats_.Clear();
    histograms_.Clear();
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (!series.histograms.empty() && series.histograms[i] != nullptr) {
        histograms_.values.push_back(series.histograms[i]);
        AddTimes(series, i, histograms_);
      } else if (!IsStaleMarker(series.values[i])) {
        floats_.values.push_back(series.values[i]);
        AddTimes(series, i, floats_);
      }
    }
    windows_.floats = floats_.View();
    windows_.histograms = histograms_.View();
  }

  template <typename Value>
  static void AddTimes(const SeriesView& series, std::size_t i,
                       Extracted<Value>& into) {
    into.times.push_back(series.times[i]);
    if (!series.starts.empty()) into.starts.push_back(series.starts[i]);
  }

  const Plan& plan_;
  Evaluation& evaluation_;
  std::vector<base::Timestamp> ends_;
  Windows windows_;
  KnownTimes known_times_;  // Those that the floats' bounds were found for.
  bool times_last_ = false;
  std::size_t widest_ = 0;
  Extracted<double> floats_;
  Extracted<HistogramPtr> histograms_;
};

WindowEdges EdgesOf(Extension extension) {
  switch (extension) {
    case Extension::kAnchored:
      return WindowEdges::kAnchored;
    case Extension::kSmoothed:
      return WindowEdges::kSmoothed;
    case Extension::kNone:
      break;
  }
  return WindowEdges::kPlain;
}

}  // namespace

bool VisitStoredWindows(const Plan& plan, Evaluation& evaluation,
                        const WindowsVisitor& visitor) {
  const auto& matrix = std::get<MatrixSelector>(plan.expr->node);
  const auto& selector = std::get<VectorSelector>(matrix.selector->node);
  const WindowEdges edges = EdgesOf(selector.extension);
  base::Timestamp min = evaluation.Before(plan.LookAt(0) - plan.range) + 1;
  base::Timestamp max = plan.LookAt(plan.grid.steps - 1);
  if (edges != WindowEdges::kPlain) min -= evaluation.options().lookback;
  if (edges == WindowEdges::kSmoothed) max += evaluation.options().lookback;
  auto set = SelectSeries(selector.matchers, min, max, matrix.selector->span,
                          evaluation);
  if (!set.has_value()) return false;
  HintMatchers(selector, *set, min, max, evaluation);
  if (evaluation.options().explanation != nullptr) {
    evaluation.options().explanation->Selected(*plan.expr, *set);
  }
  if (plan.stats_only) KeepStatsOnly(*set);
  WindowsMaker maker(plan, edges, evaluation);
  for (const SeriesView& series : set->series) {
    if (!maker.Visit(series, true, false, visitor)) return false;
  }
  return true;
}

namespace {

// Between the steps of a subquery samples are left out or repeated, so that a
// hint says nothing of the step before. (engine.go:2080)
HistogramPtr WithoutCounterHint(const HistogramPtr& histogram) {
  const base::CounterReset hint = histogram->counter_reset;
  if (hint == base::CounterReset::kUnknown ||
      hint == base::CounterReset::kGauge) {
    return histogram;
  }
  auto result = std::make_shared<base::FloatHistogram>(*histogram);
  result->counter_reset = base::CounterReset::kUnknown;
  return result;
}

}  // namespace

bool VisitSubqueryWindows(const Plan& plan, const Block& inner,
                          const base::TimeGrid& inner_grid,
                          Evaluation& evaluation,
                          const WindowsVisitor& visitor) {
  WindowsMaker maker(plan, WindowEdges::kPlain, evaluation);
  std::vector<base::Timestamp> times;
  std::vector<double> values;
  std::vector<HistogramPtr> histograms;
  for (const Series& row : inner.rows) {
    times.clear();
    values.clear();
    histograms.clear();
    for (std::size_t i = 0; i < row.column.steps(); ++i) {
      if (row.column.present[i] == kAbsent) continue;
      times.push_back(inner_grid.at(i));
      values.push_back(row.column.values[i]);
      if (row.column.histograms.empty()) continue;
      histograms.push_back(row.column.present[i] == kHistogram
                               ? WithoutCounterHint(row.column.histograms[i])
                               : nullptr);
    }
    const SeriesView series{row.labels, times, values, histograms, {}};
    if (!maker.Visit(series, false, row.drop_name, visitor)) return false;
  }
  return true;
}

}  // namespace promql
