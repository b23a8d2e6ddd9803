#include "promql/functions/extended_range.h"

#include <optional>

#include "promql/functions/annotations.h"

namespace promql {
namespace {

// The line between samples i and i + 1; a counter that was reset between them
// grew from 0.
double Interpolate(const Samples<double>& samples, std::size_t i,
                   base::Timestamp time, bool is_counter) {
  double from = samples.values[i];
  const double to = samples.values[i + 1];
  if (is_counter && to < from) from = 0;
  return from +
         (to - from) * static_cast<double>(time - samples.times[i]) /
             static_cast<double>(samples.times[i + 1] - samples.times[i]);
}

// What resets add between the edges' values, over samples [first, last].
double ResetCorrection(double left, double right,
                       const Samples<double>& samples, std::size_t first,
                       std::size_t last) {
  double correction = 0;
  double before = left;
  for (std::size_t i = first; i <= last && i < samples.size(); ++i) {
    if (samples.values[i] < before) correction += before;
    before = samples.values[i];
  }
  return right < before ? correction + before : correction;
}

std::optional<double> GrowthOf(const Window& window, bool smoothed,
                               bool is_counter) {
  const Samples<double>& samples = window.floats;
  if (samples.empty()) return std::nullopt;
  std::size_t first = 0;
  std::size_t last = samples.size() - 1;
  if (samples.times[last] <= window.start) return std::nullopt;
  if (smoothed && samples.times[first] > window.end) return std::nullopt;
  const bool cuts_left = smoothed && samples.times[first] < window.start;
  const bool cuts_right =
      smoothed && last > 0 && samples.times[last] > window.end;
  const double left =
      cuts_left ? Interpolate(samples, first, window.start, is_counter)
                : samples.values[first];
  const double right =
      cuts_right ? Interpolate(samples, last - 1, window.end, is_counter)
                 : samples.values[last];
  if (!is_counter) return right - left;
  // Resets at the edges are part of their values already.
  if (samples.times[first] <= window.start) ++first;
  if (samples.times[last] >= window.end) {
    if (last == 0) return right - left;
    --last;
  }
  return right - left + ResetCorrection(left, right, samples, first, last);
}

}  // namespace

void ExtendedGrowth(const CallContext& call, const Windows& windows,
                    bool is_counter, bool per_second, Column& out) {
  bool mixed = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (!window.floats.empty() && !window.histograms.empty()) {
      mixed = true;
      continue;
    }
    auto growth =
        GrowthOf(window, windows.edges == WindowEdges::kSmoothed, is_counter);
    if (!growth.has_value()) continue;
    if (per_second) *growth /= static_cast<double>(windows.range) / 1000;
    out.Set(i, *growth);
  }
  if (mixed) WarnOfMix(call, *windows.labels);
}

Windows Anchored(const Windows& windows) {
  Windows result = windows;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    std::size_t& begin = result.float_bounds.begin[i];
    const std::size_t end = result.float_bounds.end[i];
    if (end > begin &&
        windows.floats.times[end - 1] <= windows.ends[i] - windows.range) {
      begin = end;
    }
  }
  return result;
}

}  // namespace promql
