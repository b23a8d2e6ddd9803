#include "alerts/storage_host.h"

#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/diagnostic.h"
#include "base/histogram.h"
#include "promql/storage/counter_hints.h"

namespace alerts {
namespace {

// Floats are compared by their bits.
bool IsSame(double value, const promql::HistogramPtr& histogram,
            const TemplateSample& sample) {
  if (histogram != nullptr && sample.histogram != nullptr) {
    return base::Equal(*histogram, *sample.histogram);
  }
  return histogram == nullptr && sample.histogram == nullptr &&
         std::bit_cast<std::uint64_t>(value) ==
             std::bit_cast<std::uint64_t>(sample.value);
}

}  // namespace

absl::StatusOr<std::vector<TemplateSample>> RuleResult(
    promql::QueryResult result) {
  std::vector<TemplateSample> samples;
  if (result.type == promql::ValueType::kScalar) {
    samples.push_back({{}, result.scalar, nullptr});
    return samples;
  }
  if (result.type != promql::ValueType::kInstantVector) {
    return absl::InvalidArgumentError("rule result is not a vector or scalar");
  }
  for (promql::ResultSeries& series : result.series) {
    samples.push_back(
        {std::move(series.labels), series.values.front(),
         series.IsHistogram(0) ? series.histograms.front() : nullptr});
  }
  return samples;
}

absl::StatusOr<std::vector<TemplateSample>> StorageHost::Query(
    const promql::Expr& expr, base::Timestamp time) {
  base::Diagnostics diagnostics;
  std::optional<promql::QueryResult> result =
      promql::EvaluateInstant(storage_, expr, time, options_, diagnostics);
  if (!result) {
    return absl::InvalidArgumentError(diagnostics.first_error().message);
  }
  return RuleResult(*std::move(result));
}

absl::Status StorageHost::Append(const base::Labels& labels,
                                 base::Timestamp time,
                                 const TemplateSample& sample) {
  const auto [found, fresh] = newest_.try_emplace(labels);
  Newest& newest = found->second;
  if (!fresh && time < newest.time) {
    return absl::OutOfRangeError("out of order sample");
  }
  if (!fresh && time == newest.time) {
    // The same once more is nothing new.
    if (IsSame(newest.value, newest.histogram, sample)) return absl::OkStatus();
    return absl::AlreadyExistsError("duplicate sample for timestamp");
  }
  promql::HistogramPtr histogram = sample.histogram;
  if (histogram != nullptr) {
    histogram = promql::WithStoredHint(newest.histogram, std::move(histogram));
    storage_.Append(labels, time, histogram);
  } else {
    storage_.Append(labels, time, sample.value);
  }
  newest = {time, sample.value, std::move(histogram)};
  return absl::OkStatus();
}

void StorageHost::AppendStale(const base::Labels& labels,
                              base::Timestamp time) {
  const auto found = newest_.find(labels);
  // A sample of another rule, or of the input, stands there already.
  if (found == newest_.end() || found->second.time >= time) return;
  found->second = {time, promql::StaleMarker(), nullptr};
  storage_.AppendStale(labels, time);
}

double StorageHost::Clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace alerts
