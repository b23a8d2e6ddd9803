// In which order rules are replayed, and which of them over all times at once.

#ifndef ALERTS_REPLAY_SCHEDULE_H_
#define ALERTS_REPLAY_SCHEDULE_H_

#include <cstddef>
#include <vector>

#include "alerts/evaluation.h"
#include "base/time.h"

namespace alerts {

// One rule and what it needs.
struct ScheduledRule {
  std::size_t group = 0;
  std::size_t rule = 0;  // In the group.
  // It, and all that it reads of other rules, can be evaluated over a stretch
  // of time by one range query: whoever wrote what it reads has done so for the
  // whole stretch before.
  bool at_once = false;
  // Positions of the rules whose series it reads.
  std::vector<std::size_t> reads;
  // Whether any rule reads what this one writes.
  bool is_read = false;
};

// At the same time, a group that reads what another writes is evaluated after
// it, where that is possible for all; a server leaves that order to chance.
// Otherwise groups keep their order, and rules keep theirs in a group.
//
// `start` is the first time of the replay. Positions are in the order of
// evaluation.
std::vector<ScheduledRule> MakeSchedule(
    const std::vector<GroupDefinition>& groups, base::Timestamp start);

}  // namespace alerts

#endif  // ALERTS_REPLAY_SCHEDULE_H_
