// An alerting rule over a stretch of time, out of what its query answered.

#ifndef ALERTS_REPLAY_ALERT_RUN_H_
#define ALERTS_REPLAY_ALERT_RUN_H_

#include <cstddef>

#include "alerts/alert_state.h"
#include "alerts/evaluation.h"
#include "alerts/replay/answer.h"
#include "alerts/replay/episodes.h"
#include "alerts/rule_outputs.h"
#include "base/time.h"

namespace alerts {

// An alerting rule. Its state machine is AlertStates, which is asked only at
// evaluations that can change something: where a series comes or goes, or a
// duration is over.
class AlertRun {
 public:
  // `rule` and `settings` must outlive it.
  AlertRun(const RuleDefinition& rule, const GroupDefinition& group,
           const EvaluationSettings& settings);

  // Takes the answers of the next stretch of time. Returns, when `outputs`, the
  // series that it writes, and the evaluations that failed. `rows` have the
  // times of the evaluations that did not.
  Answer Take(const Answer& answer, bool outputs);

  const Episodes& episodes() const { return episodes_; }

 private:
  class Pass;

  // The first step behind `step` at which a duration is over.
  std::size_t NextTimer(const Answer& answer, std::size_t step) const;

  const RuleDefinition& rule_;
  const EvaluationSettings& settings_;
  const base::Duration query_offset_;
  RuleTemplates templates_;
  AlertStates states_;
  Episodes episodes_;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_ALERT_RUN_H_
