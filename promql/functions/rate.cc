#include "promql/functions/rate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "promql/functions/annotations.h"
#include "promql/functions/counter.h"
#include "promql/functions/extended_range.h"
#include "promql/functions/extrapolation.h"
#include "promql/functions/histogram_events.h"
#include "promql/functions/histogram_rate.h"

namespace promql {
namespace {

// The name of a counter ends in one of these, or its type label says so.
void InformOfNonCounter(const CallContext& call, const base::Labels& labels) {
  if (call.type_and_unit_labels) {
    const std::string_view type = labels.Get(base::kMetricType);
    if (type == "counter" || type == "histogram") return;
    InformOfMetric(call, RangeSpan(call), "non-counter",
                   "metric might not be a counter, __type__ label is not set "
                   "to \"counter\" or \"histogram\":",
                   labels);
    return;
  }
  constexpr std::array<std::string_view, 4> kSuffixes = {"_total", "_sum",
                                                         "_count", "_bucket"};
  const std::string_view name = labels.metric_name();
  if (name.empty() ||
      std::ranges::any_of(kSuffixes, [name](std::string_view suffix) {
        return name.ends_with(suffix);
      })) {
    return;
  }
  InformOfMetric(call, RangeSpan(call), "non-counter",
                 "metric might not be a counter, name does not end in "
                 "_total/_sum/_count/_bucket:",
                 labels);
}

enum class Per { kSecond, kWindow };

// From the growth between the samples to that of the window: Gaps::Factor
// without branches, some steps at a time. To divide by a range of 1 changes
// nothing.
void ExtrapolateGauge(const WindowGaps& gaps, double range,
                      std::span<double> growths) {
  for (std::size_t i = 0; i < growths.size(); ++i) {
    const double sampled = gaps.sampled[i];
    const double factor = (sampled + gaps.before[i] + gaps.after[i]) / sampled;
    growths[i] *= factor / range;
  }
}

// The same for a counter, which was not below zero.
void ExtrapolateCounter(const WindowGaps& gaps, std::span<const double> values,
                        double range, std::span<double> growths) {
  constexpr std::size_t kBlock = 128;
  std::array<double, kBlock> firsts;
  for (std::size_t at = 0; at < growths.size(); at += kBlock) {
    const std::size_t size = std::min(kBlock, growths.size() - at);
    for (std::size_t k = 0; k < size; ++k) {
      firsts[k] = values[gaps.first[at + k]];
    }
    for (std::size_t k = 0; k < size; ++k) {
      const double sampled = gaps.sampled[at + k];
      const double growth = growths[at + k];
      const double to_zero = sampled * (firsts[k] / growth);
      double before = gaps.before[at + k];
      const bool limits = static_cast<bool>(static_cast<int>(growth > 0) &
                                            static_cast<int>(firsts[k] >= 0) &
                                            static_cast<int>(to_zero < before));
      before = limits ? to_zero : before;
      const double factor = (sampled + before + gaps.after[at + k]) / sampled;
      growths[at + k] = growth * (factor / range);
    }
  }
}

// rate, increase and delta. O(samples + steps) but for windows with resets.
class Growth {
 public:
  Growth(const CallContext& call, const Windows& windows, bool is_counter,
         Per per)
      : call_(call),
        windows_(windows),
        is_counter_(is_counter),
        per_(per),
        floats_(windows.floats) {
    if (!call.use_start_timestamps || !is_counter) floats_.starts = {};
    if (is_counter) resets_ = FindResets(floats_);
  }

  void Run(Column& out) {
    if (floats_.starts.empty() && windows_.histograms.empty() &&
        !call_.compatibility.zero_point_first) {
      RunPlain(out);
      return;
    }
    IndexWalk walk(resets_);
    bool mixed = false;
    bool overlap = false;
    for (std::size_t i = 0; i < windows_.steps(); ++i) {
      Window window = windows_.At(i);
      const std::size_t begin = windows_.float_bounds.begin[i];
      const std::size_t end = windows_.float_bounds.end[i];
      if (begin == end) continue;
      if (!window.histograms.empty()) {
        mixed = true;
        continue;
      }
      window.floats = floats_.Slice(begin, end);
      overlap =
          overlap || StartsOverlap(window.floats.times, window.floats.starts);
      const auto growth = Of(window, walk.Between(begin + 1, end));
      if (growth.has_value()) out.Set(i, *growth);
    }
    if (mixed) WarnOfMix(call_, *windows_.labels);
    if (overlap) {
      WarnOfMetric(call_, RangeSpan(call_), "start-time-overlap",
                   "sample has start time that overlaps with previous sample "
                   "timestamp for metric",
                   *windows_.labels);
    }
  }

 private:
  // Most series: floats, and nothing known of their starts. What depends on the
  // times alone is computed once for series scraped together.
  void RunPlain(Column& out) const {
    if (windows_.gaps == nullptr) {
      windows_.gaps = std::make_shared<const WindowGaps>(windows_);
    }
    const WindowGaps& gaps = *windows_.gaps;
    const std::span<const double> values = floats_.values;
    if (values.empty()) return;
    for (std::size_t i = 0; i < out.steps(); ++i) {
      out.values[i] = values[gaps.last[i]] - values[gaps.first[i]];
    }
    AddResets(out.values);
    const double range =
        per_ == Per::kSecond ? base::Seconds(windows_.range) : 1;
    if (is_counter_) {
      ExtrapolateCounter(gaps, values, range, out.values);
    } else {
      ExtrapolateGauge(gaps, range, out.values);
    }
    out.present = gaps.present;
  }

  // What a counter had reached before each reset, to the growth of all windows
  // that hold both sides of it.
  void AddResets(std::vector<double>& growths) const {
    const auto& [begins, ends] = windows_.float_bounds;
    std::size_t from = 0;
    std::size_t to = 0;
    for (const std::size_t reset : resets_) {
      while (from < ends.size() && ends[from] <= reset) ++from;
      to = std::max(to, from);
      while (to < begins.size() && begins[to] < reset) ++to;
      for (std::size_t i = from; i < to; ++i) {
        growths[i] += floats_.values[reset - 1];
      }
    }
  }

  std::optional<double> Of(const Window& window,
                           std::span<const std::size_t> resets) const {
    const Samples<double>& samples = window.floats;
    GrowthSpan span{window.start,
                    window.end,
                    samples.times,
                    samples.starts,
                    samples.values.front(),
                    0,
                    is_counter_,
                    call_.compatibility.zero_point_first};
    if (samples.size() < 2 && !span.StartsInside()) return std::nullopt;
    span.growth = samples.values.back() - samples.values.front();
    for (const std::size_t reset : resets) {
      span.growth += floats_.values[reset - 1];
    }
    if (span.StartsInside()) span.growth += samples.values.front();
    double factor = span.Factor();
    if (per_ == Per::kSecond) factor /= base::Seconds(windows_.range);
    return span.growth * factor;
  }

  const CallContext& call_;
  const Windows& windows_;
  bool is_counter_;
  Per per_;
  Samples<double> floats_;
  std::vector<std::size_t> resets_;
};

void Grow(const CallContext& call, const Windows& windows, bool is_counter,
          Per per, Column& out) {
  if (windows.edges == WindowEdges::kPlain) {
    Growth(call, windows, is_counter, per).Run(out);
  } else {
    ExtendedGrowth(call, windows, is_counter, per == Per::kSecond, out);
  }
  if (is_counter && !out.Empty()) InformOfNonCounter(call, *windows.labels);
  RateHistograms(call, windows, is_counter, per == Per::kSecond, out);
}

// irate and idelta look at the last two samples only.
void Instant(const CallContext& call, const Windows& windows, bool is_rate,
             Column& out) {
  Samples<double> floats = windows.floats;
  if (!call.use_start_timestamps) floats.starts = {};
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const std::size_t end = windows.float_bounds.end[i];
    if (end - windows.float_bounds.begin[i] < 2) continue;
    if (!windows.At(i).histograms.empty()) continue;
    const base::Duration between =
        floats.times[end - 1] - floats.times[end - 2];
    const double last = floats.values[end - 1];
    const double before = floats.values[end - 2];
    const bool reset =
        is_rate && (last < before ||
                    (!floats.starts.empty() &&
                     ResetByStartTime(floats.times, floats.starts, end - 1)));
    double value = reset ? last : last - before;
    if (is_rate) value /= base::Seconds(between);
    out.Set(i, value);
  }
  InstantHistograms(call, windows, is_rate, out);
}

// How many of the ascending indices lie behind the first sample of each window.
void CountEvents(const Windows& windows,
                 const std::vector<std::size_t>& indices, Column& out) {
  IndexWalk walk(indices);
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const std::size_t begin = windows.float_bounds.begin[i];
    const std::size_t end = windows.float_bounds.end[i];
    if (begin == end) continue;
    out.Set(i, static_cast<double>(walk.Between(begin + 1, end).size()));
  }
}

}  // namespace

void Rate(const CallContext& call, const Windows& windows, Column& out) {
  Grow(call, windows, true, Per::kSecond, out);
}

void Increase(const CallContext& call, const Windows& windows, Column& out) {
  Grow(call, windows, true, Per::kWindow, out);
}

void Delta(const CallContext& call, const Windows& windows, Column& out) {
  Grow(call, windows, false, Per::kWindow, out);
}

void InstantRate(const CallContext& call, const Windows& windows, Column& out) {
  Instant(call, windows, true, out);
}

void InstantDelta(const CallContext& call, const Windows& windows,
                  Column& out) {
  Instant(call, windows, false, out);
}

void Resets(const CallContext& call, const Windows& windows, Column& out) {
  if (!windows.histograms.empty()) {
    MixedResets(call, windows, out);
    return;
  }
  Samples<double> floats = windows.floats;
  if (!call.use_start_timestamps) floats.starts = {};
  if (windows.edges == WindowEdges::kAnchored) {
    CountEvents(Anchored(windows), FindResets(floats), out);
  } else {
    CountEvents(windows, FindResets(floats), out);
  }
}

void Changes(const CallContext& call, const Windows& windows, Column& out) {
  if (!windows.histograms.empty()) {
    MixedChanges(call, windows, out);
    return;
  }
  const std::span<const double> values = windows.floats.values;
  std::vector<std::size_t> changes;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const bool both_nan = std::isnan(values[i]) && std::isnan(values[i - 1]);
    if (values[i] != values[i - 1] && !both_nan) changes.push_back(i);
  }
  if (windows.edges == WindowEdges::kAnchored) {
    CountEvents(Anchored(windows), changes, out);
  } else {
    CountEvents(windows, changes, out);
  }
}

}  // namespace promql
