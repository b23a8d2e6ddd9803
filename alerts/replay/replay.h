// Rule groups evaluated over recorded data, as a server would have.

#ifndef ALERTS_REPLAY_REPLAY_H_
#define ALERTS_REPLAY_REPLAY_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "alerts/replay/answer.h"
#include "alerts/replay/episodes.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/engine/storage.h"

namespace alerts {

struct ReplayOptions {
  // Evaluations lie in [start, end]: at start, and then every interval of the
  // group.
  base::Timestamp start = 0;
  base::Timestamp end = 0;
  base::Duration interval = 60'000;  // Of groups that name none.
  // Evaluations of at least this long lie before start. They decide what is
  // pending and firing then, and are no part of the results.
  base::Duration warm_up = 0;
  promql::EngineOptions engine;
  EvaluationSettings settings;
  std::size_t threads = 0;  // 0: as many as there are processors.
  // Whether all that rules write is kept, rather than what others read.
  bool keep_written = false;
  // A group's first evaluation, at or after start; a server staggers them.
  std::function<base::Timestamp(const GroupDefinition&)> first_evaluation;
  // Told how far it is; called by the thread that called Run.
  std::function<void(base::Timestamp)> progress;
};

// What became of one rule.
struct ReplayedRule {
  std::size_t group = 0;
  std::size_t rule = 0;  // In the group.
  // Evaluated by range queries, rather than step by step.
  bool at_once = false;
  std::size_t evaluations = 0;
  std::size_t failures = 0;
  // The earliest, at most kShownFailures.
  std::vector<FailedQuery> first_failures;
  // Alerts, in order of active_at, which may lie in the warm-up.
  std::vector<Episode> episodes;
  std::size_t samples = 0;  // That a recording rule made.
};

// The rules as alerts/evaluation.h evaluates them: states, `for`,
// keep_firing_for, limit, query_offset, recording rules that feed later ones,
// ALERTS and ALERTS_FOR_STATE. Nothing is pending or firing before the start,
// with a warm_up before that.
// A rule that reads nothing which the replay writes too late for it is
// evaluated by range queries, on all threads; the others step by step.
class Replay {
 public:
  static constexpr std::size_t kShownFailures = 10;

  // `data` must outlive it, and be safe to read from many threads.
  // REQUIRES: options.start <= options.end, options.interval > 0
  Replay(const promql::Storage& data, std::vector<GroupDefinition> groups,
         ReplayOptions options);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // Once.
  void Run();

  const std::vector<GroupDefinition>& groups() const;
  const ReplayOptions& options() const;
  // In the order of the groups and of their rules.
  const std::vector<ReplayedRule>& rules() const;
  const RuleDefinition& definition(const ReplayedRule& rule) const;
  // The times of a group's evaluations; 0 steps when it has none.
  base::TimeGrid grid(std::size_t group) const;

  // The data, with what rules wrote that others read (keep_written: with all).
  const promql::Storage& storage() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_REPLAY_H_
