#include "promql/engine/interpolate.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "promql/functions/histogram_findings.h"
#include "promql/functions/histogram_growth.h"

namespace promql {
namespace {

bool IsHistogram(const SeriesView& series, std::size_t sample) {
  return !series.histograms.empty() && series.histograms[sample] != nullptr;
}

// The samples of one kind around a time that only moves forward.
class Neighbours {
 public:
  Neighbours(const SeriesView& series, bool histograms, base::Duration lookback)
      : times_(series.times), lookback_(lookback) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (IsHistogram(series, i) != histograms) continue;
      if (!histograms && IsStaleMarker(series.values[i])) continue;
      samples_.push_back(i);
    }
  }

  void MoveTo(base::Timestamp time) {
    time_ = time;
    while (next_ < samples_.size() && times_[samples_[next_]] <= time) ++next_;
  }

  // The newest sample at or before the time, within the lookback.
  bool has_before() const {
    return next_ > 0 && times_[before()] > time_ - lookback_;
  }
  std::size_t before() const { return samples_[next_ - 1]; }
  // The oldest one behind it.
  bool has_after() const {
    return next_ < samples_.size() && times_[after()] <= time_ + lookback_;
  }
  std::size_t after() const { return samples_[next_]; }

  bool any() const { return has_before() || has_after(); }
  bool exact() const { return has_before() && times_[before()] == time_; }

 private:
  std::span<const base::Timestamp> times_;
  base::Duration lookback_;
  std::vector<std::size_t> samples_;  // Indices into the series.
  base::Timestamp time_ = 0;
  std::size_t next_ = 0;  // The first sample behind the time.
};

double InterpolateFloats(const SeriesView& series, std::size_t from,
                         std::size_t to, base::Timestamp time) {
  const double value = series.values[from];
  return value + (series.values[to] - value) *
                     static_cast<double>(time - series.times[from]) /
                     static_cast<double>(series.times[to] - series.times[from]);
}

// Nothing of a series may be a gauge for it to be a counter.
bool AreCounters(const base::FloatHistogram& a, const base::FloatHistogram& b) {
  return a.counter_reset != base::CounterReset::kGauge &&
         b.counter_reset != base::CounterReset::kGauge;
}

// Fills the column of one series; findings are reported at the end.
class Smoother {
 public:
  Smoother(const SeriesView& series, base::Duration lookback)
      : series_(series),
        floats_(series, false, lookback),
        histograms_(series, true, lookback) {}

  void Fill(std::size_t step, base::Timestamp time, Column& column) {
    floats_.MoveTo(time);
    histograms_.MoveTo(time);
    if (floats_.any() && histograms_.any()) {
      mixed_ = true;
    } else if (floats_.has_before()) {
      const bool between = !floats_.exact() && floats_.has_after();
      column.Set(step, between ? InterpolateFloats(series_, floats_.before(),
                                                   floats_.after(), time)
                               : series_.values[floats_.before()]);
    } else if (histograms_.has_before()) {
      FillHistogram(step, time, column);
    }
  }

  void Report(base::Span span, base::Diagnostics& diagnostics) const {
    if (mixed_) {
      WarnOfMixedSamples(span, series_.labels.metric_name(), diagnostics);
    }
    if (mixed_buckets_) {
      WarnOfMixedBuckets(span, series_.labels.metric_name(), diagnostics);
    }
  }

 private:
  void FillHistogram(std::size_t step, base::Timestamp time, Column& column) {
    const std::size_t from = histograms_.before();
    if (histograms_.exact() || !histograms_.has_after()) {
      column.Set(step, series_.histograms[from]);
      return;
    }
    const std::size_t to = histograms_.after();
    const base::FloatHistogram& before = *series_.histograms[from];
    const base::FloatHistogram& after = *series_.histograms[to];
    auto value = InterpolateHistograms(before, series_.times[from], after,
                                       series_.times[to], time,
                                       AreCounters(before, after));
    if (value.has_value()) {
      column.Set(step,
                 std::make_shared<base::FloatHistogram>(*std::move(value)));
    } else {
      mixed_buckets_ = true;
    }
  }

  const SeriesView& series_;
  Neighbours floats_;
  Neighbours histograms_;
  bool mixed_ = false;
  bool mixed_buckets_ = false;
};

}  // namespace

void FillSmoothed(const SeriesView& series, const Plan& plan,
                  base::Duration lookback, Evaluation& evaluation,
                  Column& column) {
  Smoother smoother(series, lookback);
  for (std::size_t step = 0; step < plan.grid.steps; ++step) {
    smoother.Fill(step, plan.LookAt(step), column);
  }
  smoother.Report(plan.expr->span, evaluation.diagnostics());
}

}  // namespace promql
