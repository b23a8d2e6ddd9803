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

StorageHost::Series& StorageHost::Find(const base::Labels& labels) {
  std::unique_ptr<Series>& series = series_[labels];
  if (series == nullptr) {
    series = std::make_unique<Series>();
    series->entry = &storage_.Find(labels);
  }
  return *series;
}

absl::Status StorageHost::Append(const base::Labels& labels,
                                 base::Timestamp time,
                                 const TemplateSample& sample) {
  return Append(Find(labels), time, sample);
}

absl::Status StorageHost::Append(Series& series, base::Timestamp time,
                                 const TemplateSample& sample) {
  if (!series.empty && time < series.time) {
    return absl::OutOfRangeError("out of order sample");
  }
  if (!series.empty && time == series.time) {
    // The same once more is nothing new.
    if (IsSame(series.value, series.histogram, sample)) return absl::OkStatus();
    return absl::AlreadyExistsError("duplicate sample for timestamp");
  }
  promql::HistogramPtr histogram = sample.histogram;
  if (histogram != nullptr) {
    histogram = promql::WithStoredHint(series.histogram, std::move(histogram));
    storage_.Append(*series.entry, time, histogram);
  } else {
    storage_.Append(*series.entry, time, sample.value);
  }
  series.empty = false;
  series.time = time;
  series.value = sample.value;
  series.histogram = std::move(histogram);
  return absl::OkStatus();
}

void StorageHost::AppendStale(const base::Labels& labels,
                              base::Timestamp time) {
  const auto found = series_.find(labels);
  if (found == series_.end()) return;
  Series& series = *found->second;
  // A sample of another rule, or of the input, stands there already.
  if (series.time >= time) return;
  series.time = time;
  series.value = promql::StaleMarker();
  series.histogram = nullptr;
  storage_.Append(*series.entry, time, promql::StaleMarker());
}

double StorageHost::Clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace alerts
