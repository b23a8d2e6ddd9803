// Timers for a C++ service: they record what they timed when it ends.

#ifndef EXPORTER_PIPELINE_TIMERS_H_
#define EXPORTER_PIPELINE_TIMERS_H_

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "exporter/pipeline.h"

namespace exporter {

// Runs from its construction to End(). One that is destroyed without, by a
// return or an exception, records `kAbandoned` with the time until then. The
// clock only runs forward. Not safe for use by several threads.
template <typename Outcome, Outcome kAbandoned>
class PipelineTimer {
 public:
  using Record = std::function<absl::Status(Outcome outcome, Seconds duration)>;

  explicit PipelineTimer(Record record) : record_(std::move(record)) {}
  ~PipelineTimer() {
    if (record_ != nullptr) End(kAbandoned).IgnoreError();
  }
  PipelineTimer(const PipelineTimer&) = delete;
  PipelineTimer& operator=(const PipelineTimer&) = delete;

  Seconds elapsed() const { return std::chrono::steady_clock::now() - start_; }

  // Records the outcome and how long it took, once; FailedPrecondition at a
  // second call, otherwise what Pipeline's own function returns.
  absl::Status End(Outcome outcome) {
    if (record_ == nullptr) {
      return absl::FailedPreconditionError("the timer has ended");
    }
    return std::exchange(record_, nullptr)(outcome, elapsed());
  }

 private:
  Record record_;
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

// A deployment: its start is recorded too, and it ends with another status than
// kStarted. Abandoned, it has failed. `pipeline` must outlive each of these.
class DeploymentTimer
    : public PipelineTimer<DeploymentStatus, DeploymentStatus::kFailed> {
 public:
  DeploymentTimer(Pipeline& pipeline, std::string environment,
                  std::string deployment_id = {})
      : PipelineTimer([&pipeline, environment, deployment_id](
                          DeploymentStatus status, Seconds duration) {
          return pipeline.Deployment(environment, status, duration,
                                     deployment_id);
        }),
        started_(pipeline.Deployment(environment, DeploymentStatus::kStarted,
                                     {}, deployment_id)) {}

  // How recording the start went.
  const absl::Status& started() const { return started_; }

 private:
  const absl::Status started_;
};

// A run of the smoke test. Abandoned, it has failed.
class SmokeTestTimer
    : public PipelineTimer<SmokeTestResult, SmokeTestResult::kFailed> {
 public:
  SmokeTestTimer(Pipeline& pipeline, std::string environment,
                 std::string deployment_id = {})
      : PipelineTimer([&pipeline, environment = std::move(environment),
                       deployment_id = std::move(deployment_id)](
                          SmokeTestResult result, Seconds duration) {
          return pipeline.SmokeTest(environment, result, duration,
                                    deployment_id);
        }) {}
};

// A query that a workflow sends to Prometheus. Abandoned, it has failed.
class QueryTimer : public PipelineTimer<QueryResult, QueryResult::kFailed> {
 public:
  QueryTimer(Pipeline& pipeline, std::string workflow)
      : PipelineTimer([&pipeline, workflow = std::move(workflow)](
                          QueryResult result, Seconds duration) {
          return pipeline.Query(workflow, result, duration);
        }) {}
};

}  // namespace exporter

#endif  // EXPORTER_PIPELINE_TIMERS_H_
