#include "promql/functions/histogram_rate.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/histogram_arithmetic.h"
#include "base/histogram_runs.h"
#include "promql/functions/annotations.h"
#include "promql/functions/counter.h"
#include "promql/functions/extrapolation.h"
#include "promql/functions/histogram_findings.h"
#include "promql/functions/histogram_growth.h"

namespace promql {
namespace {

using base::FloatHistogram;

void Report(const GrowthFindings& findings, const CallContext& call,
            const base::Labels& labels) {
  const base::Span span = RangeSpan(call);
  const std::string_view name = labels.metric_name();
  base::Diagnostics& diagnostics = *call.diagnostics;
  if (findings.not_counter) WarnOfNotCounter(span, name, diagnostics);
  if (findings.not_gauge) WarnOfNotGauge(span, name, diagnostics);
  if (findings.mixed_buckets) WarnOfMixedBuckets(span, name, diagnostics);
  if (findings.subtraction_reconciled) {
    InformOfReconciledBounds(span, HistogramOperation::kSubtraction,
                             diagnostics);
  }
  if (findings.addition_reconciled) {
    InformOfReconciledBounds(span, HistogramOperation::kAddition, diagnostics);
  }
}

// What rate, increase and delta have in common for all windows.
struct GrowthKind {
  bool is_counter = false;
  bool start_times = false;
  std::optional<double> per_seconds = {};  // rate divides by them.
  Compatibility compatibility = {};
};

std::optional<FloatHistogram> ExtrapolatedGrowth(const Window& window,
                                                 const GrowthKind& kind,
                                                 GrowthFindings& findings) {
  const Samples<HistogramPtr>& samples = window.histograms;
  GrowthSpan span{
      window.start,
      window.end,
      samples.times,
      {},
      0,
      0,
      kind.is_counter && !kind.compatibility.histograms_without_zero_point,
      kind.compatibility.zero_point_first};
  if (kind.start_times) span.starts = samples.starts;
  const bool starts_inside = span.StartsInside();
  if (samples.size() < 2 && !starts_inside) return std::nullopt;
  auto growth = GrowthBetweenSamples(samples, kind.is_counter, kind.start_times,
                                     findings);
  if (!growth.has_value()) return std::nullopt;
  if (starts_inside) {
    base::Add(*growth, *samples.values.front());
    growth->counter_reset = base::CounterReset::kGauge;
  }
  span.first_value = samples.values.front()->count;
  span.growth = growth->count;
  double factor = span.Factor();
  if (kind.per_seconds.has_value()) factor /= *kind.per_seconds;
  base::Multiply(*growth, factor);
  return growth;
}

std::optional<FloatHistogram> EdgeGrowth(const Window& window,
                                         WindowEdges edges,
                                         const GrowthKind& kind,
                                         GrowthFindings& findings) {
  auto growth = GrowthBetweenEdges(window, edges == WindowEdges::kSmoothed,
                                   kind.is_counter, findings);
  if (growth.has_value() && kind.per_seconds.has_value()) {
    base::Divide(*growth, *kind.per_seconds);
  }
  return growth;
}

// The two newest samples of a window, of either kind.
struct LastTwo {
  struct Sample {
    base::Timestamp time = 0;
    base::Timestamp start = 0;
    double value = 0;
    const FloatHistogram* histogram = nullptr;
  };
  Sample before;
  Sample last;
};

LastTwo::Sample FloatAt(const Samples<double>& samples, std::size_t i) {
  return {samples.times[i], samples.starts.empty() ? 0 : samples.starts[i],
          samples.values[i], nullptr};
}

LastTwo::Sample HistogramAt(const Samples<HistogramPtr>& samples,
                            std::size_t i) {
  return {samples.times[i], samples.starts.empty() ? 0 : samples.starts[i], 0,
          samples.values[i].get()};
}

// REQUIRES: the window has two samples
LastTwo FindLastTwo(const Window& window) {
  std::size_t floats = window.floats.size();
  std::size_t histograms = window.histograms.size();
  const auto take = [&] {
    const bool is_float =
        histograms == 0 ||
        (floats > 0 && window.floats.times[floats - 1] >
                           window.histograms.times[histograms - 1]);
    return is_float ? FloatAt(window.floats, --floats)
                    : HistogramAt(window.histograms, --histograms);
  };
  LastTwo two;
  two.last = take();
  two.before = take();
  return two;
}

std::optional<FloatHistogram> InstantGrowth(const Window& window, bool is_rate,
                                            bool start_times,
                                            GrowthFindings& findings) {
  const std::size_t count = window.histograms.size();
  const Samples<HistogramPtr> pair = window.histograms.Slice(count - 2, count);
  const FloatHistogram& before = *pair.values[0];
  const FloatHistogram& last = *pair.values[1];
  const bool gauges = before.counter_reset == base::CounterReset::kGauge &&
                      last.counter_reset == base::CounterReset::kGauge;
  const bool any_gauge = before.counter_reset == base::CounterReset::kGauge ||
                         last.counter_reset == base::CounterReset::kGauge;
  if (is_rate && any_gauge) findings.not_counter = true;
  if (!is_rate && !gauges) findings.not_gauge = true;
  FloatHistogram growth = last;
  if (!is_rate || !ResetBefore(pair, 1, start_times)) {
    const base::HistogramMerge merge = base::Subtract(growth, before);
    if (!merge.compatible) {
      findings.mixed_buckets = true;
      return std::nullopt;
    }
    if (merge.bounds_reconciled) findings.subtraction_reconciled = true;
  }
  growth.counter_reset = base::CounterReset::kGauge;
  base::Compact(growth);
  if (is_rate) {
    base::Divide(growth, base::Seconds(pair.times[1] - pair.times[0]));
  }
  return growth;
}

// The float part of irate and idelta, where older samples are histograms.
double InstantFloat(const LastTwo& two, bool is_rate, bool start_times) {
  const base::Timestamp times[] = {two.before.time, two.last.time};
  const base::Timestamp starts[] = {two.before.start, two.last.start};
  const bool reset =
      is_rate && (two.last.value < two.before.value ||
                  (start_times && ResetByStartTime(times, starts, 1)));
  double value = reset ? two.last.value : two.last.value - two.before.value;
  if (is_rate) value /= base::Seconds(two.last.time - two.before.time);
  return value;
}

}  // namespace

void RateHistograms(const CallContext& call, const Windows& windows,
                    bool is_counter, bool per_second, Column& out) {
  if (windows.histograms.empty()) return;
  GrowthKind kind{is_counter,
                  call.use_start_timestamps && is_counter,
                  {},
                  call.compatibility};
  if (per_second) kind.per_seconds = base::Seconds(windows.range);
  GrowthFindings findings;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    // A window with samples of both kinds is warned of with the floats.
    if (window.histograms.empty() || !window.floats.empty()) continue;
    auto growth = windows.edges == WindowEdges::kPlain
                      ? ExtrapolatedGrowth(window, kind, findings)
                      : EdgeGrowth(window, windows.edges, kind, findings);
    if (!growth.has_value()) continue;
    out.Set(i, std::make_shared<FloatHistogram>(*std::move(growth)));
  }
  Report(findings, call, *windows.labels);
}

void InstantHistograms(const CallContext& call, const Windows& windows,
                       bool is_rate, Column& out) {
  if (windows.histograms.empty()) return;
  const bool start_times = call.use_start_timestamps;
  GrowthFindings findings;
  bool mixed = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (window.histograms.empty()) continue;
    if (window.histograms.size() + window.floats.size() < 2) continue;
    const LastTwo two = FindLastTwo(window);
    if (two.last.histogram == nullptr && two.before.histogram == nullptr) {
      out.Set(i, InstantFloat(two, is_rate, start_times));
    } else if (two.last.histogram == nullptr ||
               two.before.histogram == nullptr) {
      mixed = true;
    } else if (auto growth =
                   InstantGrowth(window, is_rate, start_times, findings);
               growth.has_value()) {
      out.Set(i, std::make_shared<FloatHistogram>(*std::move(growth)));
    }
  }
  if (mixed) WarnOfMix(call, *windows.labels);
  Report(findings, call, *windows.labels);
}

}  // namespace promql
