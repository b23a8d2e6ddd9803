// What rules are evaluated against that must be replayed step by step.

#ifndef ALERTS_REPLAY_STEP_HOST_H_
#define ALERTS_REPLAY_STEP_HOST_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "alerts/replay/overlay.h"
#include "base/time.h"
#include "promql/engine/engine.h"

namespace alerts {

// Queries an overlay as it was at one time, and writes to it.
class StepHost : public EvaluationHost {
 public:
  // Both must outlive it.
  StepHost(Overlay& overlay, const promql::EngineOptions& options)
      : overlay_(overlay), options_(options) {}

  // Later samples are not seen by the queries that follow.
  void set_now(base::Timestamp now) { now_ = now; }

  absl::StatusOr<std::vector<TemplateSample>> Query(
      const promql::Expr& expr, base::Timestamp time) override;
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      const TemplateSample& sample) override {
    return overlay_.Append(labels, time, sample.value, sample.histogram);
  }
  void AppendStale(const base::Labels& labels, base::Timestamp time) override {
    overlay_.AppendStale(labels, time);
  }

 private:
  Overlay& overlay_;
  const promql::EngineOptions& options_;
  base::Timestamp now_ = 0;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_STEP_HOST_H_
