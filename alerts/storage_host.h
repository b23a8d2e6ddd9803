// Rules evaluated on series in memory.

#ifndef ALERTS_STORAGE_HOST_H_
#define ALERTS_STORAGE_HOST_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/storage/memory.h"

namespace alerts {

// A query's answer as rules take it: a scalar is one sample without labels;
// anything but that and a vector is an error.
absl::StatusOr<std::vector<TemplateSample>> RuleResult(
    promql::QueryResult result);

// Queries one storage and writes to it, as Prometheus' TSDB takes samples:
// each series in order of time, and no second value at a time. Not safe for use
// by several threads.
class StorageHost : public EvaluationHost {
 public:
  explicit StorageHost(promql::EngineOptions options = {},
                       promql::ParserOptions parser = {})
      : options_(std::move(options)), parser_(parser) {}

  promql::ParserOptions parser_options() const override { return parser_; }

  absl::StatusOr<std::vector<TemplateSample>> Query(
      const promql::Expr& expr, base::Timestamp time) override;
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      const TemplateSample& sample) override;
  void AppendStale(const base::Labels& labels, base::Timestamp time) override;
  double Clock() override;

  // The same for many samples of one series: finds it, or makes it, once. To be
  // followed by an Append; good as long as the host.
  struct Series;
  Series& Find(const base::Labels& labels);
  absl::Status Append(Series& series, base::Timestamp time,
                      const TemplateSample& sample);

  const promql::MemoryStorage& storage() const { return storage_; }

 private:
  promql::EngineOptions options_;
  promql::ParserOptions parser_;
  promql::MemoryStorage storage_;
  absl::flat_hash_map<base::Labels, std::unique_ptr<Series>> series_;
};

// A series and its newest sample.
struct StorageHost::Series {
  promql::MemoryStorage::Entry* entry = nullptr;
  bool empty = true;
  base::Timestamp time = 0;
  double value = 0;
  promql::HistogramPtr histogram;
};

}  // namespace alerts

#endif  // ALERTS_STORAGE_HOST_H_
