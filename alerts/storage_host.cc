#include "alerts/storage_host.h"

#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/diagnostic.h"
#include "promql/check/parse.h"

namespace alerts {

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

absl::StatusOr<std::vector<TemplateSample>> StorageHost::QueryText(
    std::string_view text, base::Timestamp time) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  if (expr == nullptr) {
    return absl::InvalidArgumentError(
        promql::PrometheusError(text, diagnostics));
  }
  return Query(*expr, time);
}

absl::Status StorageHost::Append(const base::Labels& labels,
                                 base::Timestamp time,
                                 const TemplateSample& sample) {
  const auto [found, fresh] =
      newest_.try_emplace(labels, std::pair(time, sample.value));
  auto& [last, value] = found->second;
  if (!fresh && time < last) {
    return absl::OutOfRangeError("out of order sample");
  }
  if (!fresh && time == last) {
    // The same once more is nothing new; floats are compared by their bits.
    if (sample.histogram == nullptr &&
        std::bit_cast<std::uint64_t>(value) ==
            std::bit_cast<std::uint64_t>(sample.value)) {
      return absl::OkStatus();
    }
    return absl::AlreadyExistsError("duplicate sample for timestamp");
  }
  last = time;
  value = sample.value;
  if (sample.histogram != nullptr) {
    storage_.Append(labels, time, sample.histogram);
  } else {
    storage_.Append(labels, time, sample.value);
  }
  return absl::OkStatus();
}

void StorageHost::AppendStale(const base::Labels& labels,
                              base::Timestamp time) {
  const auto found = newest_.find(labels);
  // A sample of another rule, or of the input, stands there already.
  if (found == newest_.end() || found->second.first >= time) return;
  found->second = {time, promql::StaleMarker()};
  storage_.AppendStale(labels, time);
}

double StorageHost::Clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace alerts
