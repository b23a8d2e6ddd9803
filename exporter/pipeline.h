// The deployment metrics for a C++ service that deploys things itself.

#ifndef EXPORTER_PIPELINE_H_
#define EXPORTER_PIPELINE_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "exporter/recorder.h"
#include "exporter/scrape_view.h"

namespace prometheus {
class Collectable;
}

namespace exporter {

enum class DeploymentStatus { kStarted, kSuccess, kFailed, kRolledBack };
enum class RollbackReason { kSmokeTestFailed, kHighErrorRate, kManual };
enum class SmokeTestResult { kPassed, kFailed };
enum class QueryResult { kSuccess, kFailed, kTimeout };

using Seconds = std::chrono::duration<double>;

// Records what a service does, and publishes it as the nine metrics.
//
//   auto pipeline = exporter::Pipeline::Make({});
//   if (!pipeline.ok()) return pipeline.status();
//   prometheus::Exposer exposer("127.0.0.1:8080");
//   exposer.RegisterCollectable((*pipeline)->collectable());
//   (*pipeline)->Deployment("staging", DeploymentStatus::kSuccess, 85s);
//
// exporter/README.md says what to record in each outcome. Each call records
// one event under an id of its own, and fails when an argument is not allowed
// (InvalidArgument), it would make a series more than a metric may have
// (ResourceExhausted), or the journal cannot be written. Safe for use by many
// threads.
class Pipeline {
 public:
  struct Options {
    schema::SchemaOptions schema = schema::SchemaOptions::Default();
    // Where the journal lies; empty: totals live as long as the process.
    std::string storage_path;
    base::Duration scrape_interval = 15000;
  };

  static absl::StatusOr<std::unique_ptr<Pipeline>> Make(Options options);
  ~Pipeline();

  absl::Status Deployment(std::string_view environment, DeploymentStatus status,
                          std::optional<Seconds> duration = {},
                          std::string_view deployment_id = {});
  absl::Status Rollback(std::string_view environment, RollbackReason reason,
                        std::string_view deployment_id = {});
  absl::Status Canary(std::string_view environment,
                      std::string_view deployment_id, double percentage,
                      bool finished = false);
  absl::Status SmokeTest(std::string_view environment, SmokeTestResult result,
                         std::optional<Seconds> duration = {},
                         std::string_view deployment_id = {});
  absl::Status Query(std::string_view workflow, QueryResult result,
                     std::optional<Seconds> duration = {});

  // For any Exposer or Gateway of prometheus-cpp; always the same one. It must
  // not be collected after this is destroyed.
  std::shared_ptr<prometheus::Collectable> collectable() const;

  // Where the events go: for a page of your own.
  Recorder& recorder();

 private:
  struct Rep;
  explicit Pipeline(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace exporter

#endif  // EXPORTER_PIPELINE_H_
