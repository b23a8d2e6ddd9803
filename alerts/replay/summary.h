// One alert's replay in a few figures.

#ifndef ALERTS_REPLAY_SUMMARY_H_
#define ALERTS_REPLAY_SUMMARY_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "alerts/replay/replay.h"
#include "alerts/replay/why.h"
#include "base/time.h"

namespace alerts {

// Fires again within this after it was resolved, with the same labels: a flap.
inline constexpr base::Duration kFlapWindow = 15 * 60 * 1000;

struct AlertSummary {
  const ReplayedRule* rule = nullptr;
  const RuleDefinition* definition = nullptr;
  const GroupDefinition* group = nullptr;
  std::size_t fired = 0;
  std::size_t pending_only = 0;  // True, but resolved before it fired.
  std::size_t flaps = 0;
  base::Duration firing = 0;  // Until the end of the replay where still so.
  base::Duration longest = 0;
  // From first true to firing.
  base::Duration quickest = 0;
  base::Duration slowest = 0;
  std::optional<Reason> why_never;
};

// One for each alerting rule, in the order of the files. REQUIRES: the replay
// has run, and outlives them
std::vector<AlertSummary> Summarise(const Replay& replay);

}  // namespace alerts

#endif  // ALERTS_REPLAY_SUMMARY_H_
