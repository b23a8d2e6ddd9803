// What rules write, as series over a stretch of time.

#ifndef ALERTS_REPLAY_RECORDING_H_
#define ALERTS_REPLAY_RECORDING_H_

#include <set>
#include <vector>

#include "alerts/evaluation.h"
#include "alerts/replay/answer.h"
#include "alerts/replay/overlay.h"
#include "base/labels.h"

namespace alerts {

// The series that a recording rule writes, and the evaluations that fail.
Answer Record(const RuleDefinition& rule, const GroupDefinition& group,
              Answer answer);

// Stores what one rule writes, with the end of each series.
class RuleWriter {
 public:
  // Appends the rows and stale markers. Samples that cannot be stored are
  // added to `failures`.
  void Write(const Answer& outputs, Overlay& overlay,
             std::vector<FailedQuery>& failures);

 private:
  // The series of the last evaluation.
  std::set<base::Labels> open_;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_RECORDING_H_
