#include "promql/functions/histogram_events.h"

#include <cmath>
#include <vector>

#include "base/histogram_reset.h"
#include "promql/functions/counter.h"

namespace promql {
namespace {

// All samples of a series, floats and histograms, in the order of time.
struct Merged {
  std::vector<base::Timestamp> times;
  std::vector<base::Timestamp> starts;  // 0: unknown.
  std::vector<double> values;
  std::vector<const base::FloatHistogram*> histograms;  // Null: a float.

  std::size_t size() const { return times.size(); }
};

template <typename Value>
base::Timestamp StartOf(const Samples<Value>& samples, std::size_t i) {
  return samples.starts.empty() ? 0 : samples.starts[i];
}

Merged Merge(const Windows& windows) {
  const Samples<double>& floats = windows.floats;
  const Samples<HistogramPtr>& histograms = windows.histograms;
  Merged merged;
  std::size_t f = 0;
  std::size_t h = 0;
  while (f < floats.size() || h < histograms.size()) {
    const bool is_float =
        h == histograms.size() ||
        (f < floats.size() && floats.times[f] < histograms.times[h]);
    merged.times.push_back(is_float ? floats.times[f] : histograms.times[h]);
    merged.starts.push_back(is_float ? StartOf(floats, f)
                                     : StartOf(histograms, h));
    merged.values.push_back(is_float ? floats.values[f] : 0);
    merged.histograms.push_back(is_float ? nullptr
                                         : histograms.values[h].get());
    ++(is_float ? f : h);
  }
  return merged;
}

// Half-open: the merged samples of a window. Of the anchors before an anchored
// window, only the newest counts.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Range RangeAt(const Windows& windows, std::size_t step) {
  std::size_t f = windows.float_bounds.begin[step];
  std::size_t h = windows.histogram_bounds.begin[step];
  const std::size_t end =
      windows.float_bounds.end[step] + windows.histogram_bounds.end[step];
  const base::Timestamp start = windows.ends[step] - windows.range;
  const bool float_anchor =
      f < windows.float_bounds.end[step] && windows.floats.times[f] <= start;
  const bool histogram_anchor = h < windows.histogram_bounds.end[step] &&
                                windows.histograms.times[h] <= start;
  if (float_anchor) ++f;
  if (histogram_anchor) ++h;
  const std::size_t inside = f + h;
  if (inside == end) return {end, end};
  return {inside - (float_anchor || histogram_anchor ? 1 : 0), end};
}

template <typename Event>
void CountEvents(const Windows& windows, Event event, Column& out) {
  const Merged merged = Merge(windows);
  // How many events there are up to each sample.
  std::vector<std::size_t> events(merged.size());
  for (std::size_t i = 1; i < merged.size(); ++i) {
    events[i] = events[i - 1] + (event(merged, i) ? 1 : 0);
  }
  for (std::size_t step = 0; step < windows.steps(); ++step) {
    const Range range = RangeAt(windows, step);
    if (range.begin == range.end) continue;
    out.Set(step,
            static_cast<double>(events[range.end - 1] - events[range.begin]));
  }
}

bool IsReset(const Merged& merged, std::size_t i, bool start_times) {
  const base::FloatHistogram* before = merged.histograms[i - 1];
  const base::FloatHistogram* now = merged.histograms[i];
  if ((before == nullptr) != (now == nullptr)) return true;
  if (start_times && ResetByStartTime(merged.times, merged.starts, i)) {
    return true;
  }
  return now == nullptr ? merged.values[i] < merged.values[i - 1]
                        : base::IsReset(*before, *now);
}

bool IsChange(const Merged& merged, std::size_t i) {
  const base::FloatHistogram* before = merged.histograms[i - 1];
  const base::FloatHistogram* now = merged.histograms[i];
  if ((before == nullptr) != (now == nullptr)) return true;
  if (now != nullptr) return !base::Equal(*before, *now);
  const double a = merged.values[i - 1];
  const double b = merged.values[i];
  return a != b && !(std::isnan(a) && std::isnan(b));
}

}  // namespace

void MixedResets(const CallContext& call, const Windows& windows, Column& out) {
  CountEvents(
      windows,
      [&call](const Merged& merged, std::size_t i) {
        return IsReset(merged, i, call.use_start_timestamps);
      },
      out);
}

void MixedChanges(const CallContext&, const Windows& windows, Column& out) {
  CountEvents(windows, IsChange, out);
}

}  // namespace promql
