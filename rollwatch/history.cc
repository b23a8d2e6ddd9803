#include "rollwatch/history.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "alerts/storage_host.h"
#include "base/diagnostic.h"
#include "promql/engine/engine.h"

namespace rollwatch {
namespace {

// Bounds what an expression with a fixed time (`@ 0`) makes us keep.
constexpr base::Duration kLongestMemory = base::Duration{32} * 24 * 3600 * 1000;

}  // namespace

History::History(std::string job, std::string instance)
    : job_(std::move(job)), instance_(std::move(instance)) {}

base::Labels History::Scraped(const base::Labels& labels) const {
  return base::LabelsBuilder(labels)
      .Set("job", job_)
      .Set("instance", instance_)
      .Build();
}

void History::Store(const exporter::Snapshot& snapshot) {
  std::set<base::Labels> stored;
  const auto store = [&](const base::Labels& own, double value) {
    base::Labels labels = Scraped(own);
    storage_.Append(labels, snapshot.time, value);
    stored.insert(std::move(labels));
  };
  for (const exporter::FlatSample& sample : exporter::Flatten(snapshot)) {
    store(sample.labels, sample.value);
  }
  store(base::Labels{{base::kMetricName, "up"}}, 1);
  for (const base::Labels& labels : last_) {
    if (!stored.contains(labels)) storage_.AppendStale(labels, snapshot.time);
  }
  last_ = std::move(stored);
}

base::Duration History::longest() const {
  return std::min(longest_, kLongestMemory);
}

void History::Forget(base::Timestamp now, base::Duration spare) {
  storage_.DropBefore(now - std::min(longest_ + spare, kLongestMemory));
}

absl::StatusOr<std::vector<alerts::TemplateSample>> History::Query(
    const promql::Expr& expr, base::Timestamp time) {
  const Window window(storage_, time, longest_);
  base::Diagnostics diagnostics;
  std::optional<promql::QueryResult> result =
      promql::EvaluateInstant(window, expr, time, {}, diagnostics);
  if (!result) {
    return absl::InvalidArgumentError(diagnostics.first_error().message);
  }
  return alerts::RuleResult(*std::move(result));
}

absl::Status History::Append(const base::Labels& labels, base::Timestamp time,
                             const alerts::TemplateSample& sample) {
  if (time != written_at_) written_.clear();
  written_at_ = time;
  if (!written_.insert(labels).second) {
    return absl::AlreadyExistsError("duplicate sample for timestamp");
  }
  if (sample.histogram != nullptr) {
    storage_.Append(labels, time, sample.histogram);
  } else {
    storage_.Append(labels, time, sample.value);
  }
  return absl::OkStatus();
}

void History::AppendStale(const base::Labels& labels, base::Timestamp time) {
  storage_.AppendStale(labels, time);
}

double History::Clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

absl::StatusOr<promql::SeriesSet> History::Window::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  longest_ = std::max(longest_, now_ - min);
  return storage_.Select(matchers, min, max);
}

}  // namespace rollwatch
