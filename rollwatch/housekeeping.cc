#include "rollwatch/housekeeping.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

constexpr base::Duration kLongestWait = 60'000;
constexpr base::Duration kShortestWait = 50;

// Whether the event was new under this id.
absl::StatusOr<bool> RecordAs(exporter::Recorder& recorder, std::string id,
                              const exporter::OpenRollout& rollout) {
  exporter::Event event;
  event.id = std::move(id);
  event.kind = exporter::EventKind::kDeployment;
  event.environment = rollout.environment;
  event.status = "failed";
  event.deployment_id = rollout.deployment_id;
  event.run_url = rollout.run_url;
  const absl::StatusOr<exporter::Receipt> receipt =
      recorder.Record({std::move(event)}, "rollout timeout");
  if (!receipt.ok()) return receipt.status();
  return !receipt->conflict && !receipt->rejection &&
         receipt->outcomes.at(0) == exporter::Outcome::kRecorded;
}

}  // namespace

absl::StatusOr<int> EndOverdueRollouts(exporter::Recorder& recorder,
                                       base::Duration timeout,
                                       base::Timestamp now) {
  std::vector<exporter::OpenRollout> overdue;
  recorder.Read([&](const exporter::Totals& totals) {
    for (const auto& [id, rollout] : totals.open_rollouts()) {
      if (now - rollout.started >= timeout) overdue.push_back(rollout);
    }
  });
  int ended = 0;
  for (const exporter::OpenRollout& rollout : overdue) {
    const std::string id = "timeout:" + rollout.deployment_id;
    absl::StatusOr<bool> recorded = RecordAs(recorder, id, rollout);
    if (recorded.ok() && !*recorded) {
      recorded = RecordAs(
          recorder,
          absl::StrFormat("%s:%s:%d", id, rollout.environment, rollout.started),
          rollout);
    }
    if (!recorded.ok()) return recorded.status();
    ended += *recorded ? 1 : 0;
  }
  return ended;
}

struct Housekeeping::Rep {
  exporter::Journal& journal;
  const HousekeepingOptions options;
  Log& log;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::thread thread;

  void Run();
  void Fold();
  void EndRollouts();
};

void Housekeeping::Rep::Run() {
  // Often enough that a rollout is not ended much too late.
  const base::Duration pause =
      options.rollout_timeout > 0
          ? std::clamp(options.rollout_timeout / 4, kShortestWait, kLongestWait)
          : kLongestWait;
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    if (options.rollout_timeout > 0) EndRollouts();
    if (options.retention > 0) Fold();
    lock.lock();
    changed.wait_for(lock, std::chrono::milliseconds(pause),
                     [this] { return stopping; });
  }
}

void Housekeeping::Rep::EndRollouts() {
  const absl::StatusOr<int> ended =
      EndOverdueRollouts(journal, options.rollout_timeout, base::Now());
  if (!ended.ok()) {
    log.Warn("overdue rollouts cannot be ended",
             {{"error", std::string(ended.status().message())}});
  } else if (*ended > 0) {
    log.Warn("rollouts took too long: counted as failed",
             {{"rollouts", absl::StrFormat("%d", *ended)}});
  }
}

// A part at a time: events that arrive meanwhile wait for one part at most.
void Housekeeping::Rep::Fold() {
  const absl::StatusOr<std::int64_t> folded =
      journal.Fold(base::Now() - options.retention);
  if (!folded.ok()) {
    log.Warn("old events cannot be folded",
             {{"error", std::string(folded.status().message())}});
  } else if (*folded > 0) {
    log.Info("old events folded", {{"events", absl::StrFormat("%d", *folded)}});
  }
}

Housekeeping::Housekeeping(exporter::Journal& journal,
                           HousekeepingOptions options, Log& log)
    : rep_(new Rep{journal, options, log, {}, {}, false, {}}) {
  if (options.retention > 0 || options.rollout_timeout > 0) {
    rep_->thread = std::thread([rep = rep_.get()] { rep->Run(); });
  }
}

Housekeeping::~Housekeeping() {
  {
    const std::lock_guard lock(rep_->mutex);
    rep_->stopping = true;
    rep_->changed.notify_all();
  }
  if (rep_->thread.joinable()) rep_->thread.join();
}

}  // namespace rollwatch
