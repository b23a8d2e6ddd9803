#include "exporter/pipeline.h"

#include <array>
#include <atomic>
#include <random>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "exporter/collectable.h"
#include "exporter/journal.h"

namespace exporter {
namespace {

// The words of the metric table, in the order of the enumerations; a started
// deployment is not in the table, because it counts nothing.
std::string_view Word(DeploymentStatus status) {
  if (status == DeploymentStatus::kStarted) return "started";
  return schema::table::kStatuses[static_cast<std::size_t>(status) - 1];
}
std::string_view Word(RollbackReason reason) {
  return schema::table::kReasons[static_cast<std::size_t>(reason)];
}
std::string_view Word(SmokeTestResult result) {
  return schema::table::kSmokeTestResults[static_cast<std::size_t>(result)];
}
std::string_view Word(QueryResult result) {
  return schema::table::kQueryResults[static_cast<std::size_t>(result)];
}

std::optional<double> Count(std::optional<Seconds> duration) {
  if (!duration) return std::nullopt;
  return duration->count() + 0.0;
}

// Sets the ids of one process apart from those of any other.
std::string MakePrefix() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(),
                         random());
}

}  // namespace

struct Pipeline::Rep {
  schema::Schema schema;
  std::unique_ptr<Recorder> recorder;
  std::shared_ptr<prometheus::Collectable> collectable;
  std::string id_prefix;
  std::atomic<std::uint64_t> next_id{1};

  absl::Status Record(Event event) {
    event.id = absl::StrFormat("%s-%d", id_prefix, next_id++);
    if (const auto error = Validate(event, schema, base::Now())) {
      return absl::InvalidArgumentError(error->field + " " + error->problem +
                                        " (allowed: " + error->allowed + ")");
    }
    const absl::StatusOr<Receipt> receipt =
        recorder->Record({std::move(event)});
    if (receipt.ok() && receipt->rejection) {
      return absl::ResourceExhaustedError(receipt->rejection->problem);
    }
    return receipt.status();
  }
};

Pipeline::Pipeline(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Pipeline::~Pipeline() = default;

absl::StatusOr<std::unique_ptr<Pipeline>> Pipeline::Make(Options options) {
  auto rep = std::make_unique<Rep>();
  rep->schema = schema::Schema::Ours(options.schema);
  rep->id_prefix = MakePrefix();
  if (options.storage_path.empty()) {
    rep->recorder = std::make_unique<MemoryRecorder>(options.schema);
  } else {
    auto journal = Journal::Open({options.storage_path, options.schema});
    if (!journal.ok()) return journal.status();
    rep->recorder = *std::move(journal);
  }
  rep->collectable = MakeCollectable(std::make_shared<ScrapeView>(
      *rep->recorder, ScrapeView::Options{options.scrape_interval}));
  return std::unique_ptr<Pipeline>(new Pipeline(std::move(rep)));
}

absl::Status Pipeline::Deployment(std::string_view environment,
                                  DeploymentStatus status,
                                  std::optional<Seconds> duration,
                                  std::string_view deployment_id) {
  Event event;
  event.kind = EventKind::kDeployment;
  event.environment = environment;
  event.status = Word(status);
  event.duration = Count(duration);
  event.deployment_id = deployment_id;
  return rep_->Record(std::move(event));
}

absl::Status Pipeline::Rollback(std::string_view environment,
                                RollbackReason reason,
                                std::string_view deployment_id) {
  Event event;
  event.kind = EventKind::kRollback;
  event.environment = environment;
  event.reason = Word(reason);
  event.deployment_id = deployment_id;
  return rep_->Record(std::move(event));
}

absl::Status Pipeline::Canary(std::string_view environment,
                              std::string_view deployment_id, double percentage,
                              bool finished) {
  Event event;
  event.kind = EventKind::kCanary;
  event.environment = environment;
  event.deployment_id = deployment_id;
  event.percentage = percentage + 0.0;
  event.finished = finished;
  return rep_->Record(std::move(event));
}

absl::Status Pipeline::SmokeTest(std::string_view environment,
                                 SmokeTestResult result,
                                 std::optional<Seconds> duration,
                                 std::string_view deployment_id) {
  Event event;
  event.kind = EventKind::kSmokeTest;
  event.environment = environment;
  event.result = Word(result);
  event.duration = Count(duration);
  event.deployment_id = deployment_id;
  return rep_->Record(std::move(event));
}

absl::Status Pipeline::Query(std::string_view workflow, QueryResult result,
                             std::optional<Seconds> duration) {
  Event event;
  event.kind = EventKind::kQuery;
  event.workflow = workflow;
  event.result = Word(result);
  event.duration = Count(duration);
  return rep_->Record(std::move(event));
}

std::shared_ptr<prometheus::Collectable> Pipeline::collectable() const {
  return rep_->collectable;
}

Recorder& Pipeline::recorder() { return *rep_->recorder; }

}  // namespace exporter
