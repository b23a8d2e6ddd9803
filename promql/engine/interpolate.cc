#include "promql/engine/interpolate.h"

#include <cstddef>
#include <vector>

namespace promql {
namespace {

bool Floats(const SeriesView& series, std::size_t sample) {
  return (series.histograms.empty() || series.histograms[sample] == nullptr) &&
         !IsStaleMarker(series.values[sample]);
}

// Indices of the samples that are no stale markers.
std::vector<std::size_t> FloatSamples(const SeriesView& series) {
  std::vector<std::size_t> samples;
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (Floats(series, i)) samples.push_back(i);
  }
  return samples;
}

}  // namespace

void FillSmoothed(const SeriesView& series, const Plan& plan,
                  base::Duration lookback, Evaluation&, Column& column) {
  const std::vector<std::size_t> samples = FloatSamples(series);
  std::size_t next = 0;
  for (std::size_t step = 0; step < plan.grid.steps; ++step) {
    const base::Timestamp time = plan.LookAt(step);
    while (next < samples.size() && series.times[samples[next]] <= time) ++next;
    if (next == 0) continue;
    const std::size_t before = samples[next - 1];
    const base::Timestamp before_time = series.times[before];
    if (before_time <= time - lookback) continue;
    const double value = series.values[before];
    if (before_time == time || next == samples.size() ||
        series.times[samples[next]] > time + lookback) {
      column.Set(step, value);
      continue;
    }
    const std::size_t after = samples[next];
    column.Set(step, value + (series.values[after] - value) *
                                 static_cast<double>(time - before_time) /
                                 static_cast<double>(series.times[after] -
                                                     before_time));
  }
}

}  // namespace promql
