#include "promql/functions/histogram_growth.h"

#include <algorithm>

#include "base/histogram_arithmetic.h"
#include "base/histogram_reset.h"
#include "base/histogram_runs.h"
#include "promql/functions/counter.h"

namespace promql {
namespace {

using base::CounterReset;
using base::FloatHistogram;
using base::HistogramMerge;

bool IsGauge(const FloatHistogram& histogram) {
  return histogram.counter_reset == CounterReset::kGauge;
}

bool EndsInGauge(std::span<const HistogramPtr> histograms) {
  return IsGauge(*histograms.front()) || IsGauge(*histograms.back());
}

bool EndsAreGauges(std::span<const HistogramPtr> histograms) {
  return IsGauge(*histograms.front()) && IsGauge(*histograms.back());
}

void CheckHints(std::span<const HistogramPtr> histograms, bool is_counter,
                GrowthFindings& findings) {
  const bool any_gauge = std::ranges::any_of(
      histograms,
      [](const HistogramPtr& histogram) { return IsGauge(*histogram); });
  if (is_counter && any_gauge) findings.not_counter = true;
  if (!is_counter && !EndsAreGauges(histograms)) findings.not_gauge = true;
}

// Steps towards a growth, each of which may find that buckets do not mix.
class HistogramGrowth {
 public:
  HistogramGrowth(FloatHistogram last, GrowthFindings& findings)
      : value_(std::move(last)), findings_(findings) {}

  bool Subtract(const FloatHistogram& histogram) {
    const HistogramMerge merge = base::Subtract(value_, histogram);
    if (merge.bounds_reconciled) findings_.subtraction_reconciled = true;
    return Check(merge);
  }
  bool Add(const FloatHistogram& histogram) {
    const HistogramMerge merge = base::Add(value_, histogram);
    if (merge.bounds_reconciled) findings_.addition_reconciled = true;
    return Check(merge);
  }
  FloatHistogram Finish() {
    value_.counter_reset = CounterReset::kGauge;
    base::Compact(value_);
    return std::move(value_);
  }

 private:
  bool Check(const HistogramMerge& merge) {
    if (!merge.compatible) findings_.mixed_buckets = true;
    return merge.compatible;
  }

  FloatHistogram value_;
  GrowthFindings& findings_;
};

// The coarsest schema that the result must have, unless kinds of buckets mix.
// For a gauge, only the samples at the ends count; of a counter, those between
// them must be no gauges, as far as the kinds do not mix.
std::optional<std::int32_t> CommonSchema(
    std::span<const HistogramPtr> histograms, const FloatHistogram& first,
    bool is_counter, GrowthFindings& findings) {
  const FloatHistogram& last = *histograms.back();
  const bool custom = first.uses_custom_buckets();
  if (last.uses_custom_buckets() != custom) return std::nullopt;
  std::int32_t schema = std::min(first.schema, last.schema);
  if (!is_counter || histograms.size() < 3) return schema;
  for (const HistogramPtr& histogram :
       histograms.subspan(1, histograms.size() - 2)) {
    if (IsGauge(*histogram)) findings.not_counter = true;
    if (histogram->uses_custom_buckets() != custom) return std::nullopt;
    schema = std::min(schema, histogram->schema);
  }
  return schema;
}

}  // namespace

bool ResetBefore(const Samples<HistogramPtr>& samples, std::size_t i,
                 bool start_times) {
  if (base::IsReset(*samples.values[i - 1], *samples.values[i])) return true;
  return start_times && !samples.starts.empty() &&
         ResetByStartTime(samples.times, samples.starts, i);
}

std::optional<FloatHistogram> GrowthBetweenSamples(
    const Samples<HistogramPtr>& samples, bool is_counter, bool start_times,
    GrowthFindings& findings) {
  const auto& histograms = samples.values;
  if (is_counter && EndsInGauge(histograms)) findings.not_counter = true;
  FloatHistogram first = *histograms.front();
  // Of a first sample before a reset nothing is looked at, not even its layout.
  if (is_counter && histograms.size() > 1 &&
      ResetBefore(samples, 1, start_times)) {
    first = {};
    first.schema = histograms[1]->schema;
    first.custom_bounds = histograms[1]->custom_bounds;
  }
  const auto schema = CommonSchema(histograms, first, is_counter, findings);
  if (!schema.has_value()) {
    findings.mixed_buckets = true;
    return std::nullopt;
  }
  HistogramGrowth growth(base::AtSchema(*histograms.back(), *schema), findings);
  if (!growth.Subtract(first)) return std::nullopt;
  for (std::size_t i = 2; is_counter && i < histograms.size(); ++i) {
    if (!ResetBefore(samples, i, start_times)) continue;
    if (!growth.Add(*histograms[i - 1])) return std::nullopt;
  }
  if (!is_counter && !EndsAreGauges(histograms)) findings.not_gauge = true;
  return growth.Finish();
}

std::optional<FloatHistogram> InterpolateHistograms(const FloatHistogram& from,
                                                    base::Timestamp from_time,
                                                    const FloatHistogram& to,
                                                    base::Timestamp to_time,
                                                    base::Timestamp time,
                                                    bool is_counter) {
  // Another kind of buckets looks like a reset as well.
  if (from.uses_custom_buckets() != to.uses_custom_buckets()) {
    return std::nullopt;
  }
  const double share = static_cast<double>(time - from_time) /
                       static_cast<double>(to_time - from_time);
  FloatHistogram result = to;
  if (is_counter && base::IsReset(from, to)) {
    base::Multiply(result, share);
    return result;
  }
  if (!base::Subtract(result, from).compatible) return std::nullopt;
  base::Multiply(result, share);
  base::Add(result, from);
  return result;
}

std::optional<FloatHistogram> GrowthBetweenEdges(const Window& window,
                                                 bool smoothed, bool is_counter,
                                                 GrowthFindings& findings) {
  const Samples<HistogramPtr>& samples = window.histograms;
  if (samples.empty()) return std::nullopt;
  const std::size_t last = samples.size() - 1;
  if (samples.times[last] <= window.start) return std::nullopt;
  if (smoothed && samples.times[0] > window.end) return std::nullopt;
  CheckHints(samples.values, is_counter, findings);
  const bool cuts_left =
      smoothed && last > 0 && samples.times[0] < window.start;
  const bool cuts_right =
      smoothed && last > 0 && samples.times[last] > window.end;
  const auto edge = [&](std::size_t i, base::Timestamp time) {
    return InterpolateHistograms(*samples.values[i], samples.times[i],
                                 *samples.values[i + 1], samples.times[i + 1],
                                 time, is_counter);
  };
  const auto left = cuts_left ? edge(0, window.start) : *samples.values[0];
  const auto right =
      cuts_right ? edge(last - 1, window.end) : *samples.values[last];
  if (!left.has_value() || !right.has_value()) {
    findings.mixed_buckets = true;
    return std::nullopt;
  }
  HistogramGrowth growth(*right, findings);
  if (!growth.Subtract(*left)) return std::nullopt;
  // A reset next to an edge that is cut on the left is part of its value.
  for (std::size_t i = cuts_left ? 2 : 1; is_counter && i <= last; ++i) {
    if (!ResetBefore(samples, i, false)) continue;
    if (!growth.Add(*samples.values[i - 1])) return std::nullopt;
  }
  return growth.Finish();
}

}  // namespace promql
