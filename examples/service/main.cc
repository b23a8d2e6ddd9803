// A service that deploys things itself, and publishes the nine deployment
// metrics on an Exposer of prometheus-cpp that it has anyway.
//
//   deploy_service --listen=127.0.0.1:8080 [--storage=DIR]
//
// It acts out one rollout that fails its smoke test, then serves until it is
// stopped. A service of yours would call the same functions where it deploys.

#include <prometheus/exposer.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "exporter/pipeline.h"
#include "exporter/pipeline_timers.h"

namespace {

using exporter::Pipeline;

// Yours: whether the new version works.
bool SmokeTestPasses() { return false; }
// Yours: what Prometheus says of its errors.
bool ErrorRateIsLow() { return true; }

absl::Status AskPrometheus(Pipeline& pipeline) {
  exporter::QueryTimer query(pipeline, "deploy-staging");
  return query.End(ErrorRateIsLow() ? exporter::QueryResult::kSuccess
                                    : exporter::QueryResult::kFailed);
}

absl::Status TestCanary(Pipeline& pipeline, const std::string& commit) {
  // Had it thrown, the timer would have recorded a failed run.
  exporter::SmokeTestTimer test(pipeline, "staging", commit);
  return test.End(SmokeTestPasses() ? exporter::SmokeTestResult::kPassed
                                    : exporter::SmokeTestResult::kFailed);
}

// What a pipeline records of a canary that its smoke test stops: see
// exporter/README.md for the other outcomes.
absl::Status FailedRollout(Pipeline& pipeline, const std::string& commit) {
  const std::string_view staging = "staging";
  exporter::DeploymentTimer deployment(pipeline, "staging", commit);
  const absl::Status steps[] = {
      deployment.started(),
      pipeline.Canary(staging, commit, 10),
      AskPrometheus(pipeline),
      pipeline.Canary(staging, commit, 50),
      TestCanary(pipeline, commit),
      pipeline.Rollback(staging, exporter::RollbackReason::kSmokeTestFailed,
                        commit),
      pipeline.Canary(staging, commit, 0, /*finished=*/true),
      deployment.End(exporter::DeploymentStatus::kRolledBack),
  };
  for (const absl::Status& step : steps) {
    if (!step.ok()) return step;
  }
  return absl::OkStatus();
}

// The value behind "--name=", or the default.
std::string Option(int argc, char** argv, std::string_view name,
                   std::string_view otherwise) {
  const std::string prefix = "--" + std::string(name) + "=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(prefix)) {
      return std::string(argument.substr(prefix.size()));
    }
  }
  return std::string(otherwise);
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "deploy_service: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  // Blocked before any thread is made, so that only sigwait sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  Pipeline::Options options;
  options.storage_path = Option(argc, argv, "storage", "");
  auto pipeline = Pipeline::Make(options);
  if (!pipeline.ok()) return Fail(pipeline.status());
  if (const auto status = FailedRollout(**pipeline, "3f2a9c1"); !status.ok()) {
    return Fail(status);
  }

  prometheus::Exposer exposer(Option(argc, argv, "listen", "127.0.0.1:8080"));
  exposer.RegisterCollectable((*pipeline)->collectable());
  std::printf("listening on port %d\n", exposer.GetListeningPorts().front());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&stop, &signal);
  return 0;
}
