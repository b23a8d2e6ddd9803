// When one rule's alerts were pending and firing.

#ifndef ALERTS_REPLAY_EPISODES_H_
#define ALERTS_REPLAY_EPISODES_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerts/alert_state.h"
#include "base/labels.h"
#include "base/time.h"

namespace alerts {

// One alert from its first true evaluation until it is inactive again. All
// times are times of evaluations.
struct Episode {
  base::Labels labels;  // With alertname.
  base::Timestamp active_at = 0;
  std::optional<base::Timestamp> fired_at;
  // The first evaluation that no longer has it; nothing: the replay ended.
  std::optional<base::Timestamp> ended_at;
  base::Timestamp last_true = 0;  // The condition held last; keep_firing_for.
  std::size_t evaluations = 0;    // That found the condition true.
  // While it was true. NaN is neither lowest nor highest while there is a
  // number. Of no meaning when the value is a histogram.
  double first = 0;
  double last = 0;
  double lowest = 0;
  double highest = 0;

  friend bool operator==(const Episode&, const Episode&) = default;
};

// Collects them out of the changes of AlertStates.
class Episodes {
 public:
  void Take(const std::vector<AlertTransition>& transitions);
  // Values of consecutive evaluations in which an active alert was true, the
  // last of them at `last_true`. REQUIRES: !values.empty()
  void Observe(const base::Labels& labels, std::span<const double> values,
               base::Timestamp last_true);

  // In the order in which they became active.
  const std::vector<Episode>& all() const { return all_; }

 private:
  std::vector<Episode> all_;
  std::map<base::Labels, std::size_t> open_;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_EPISODES_H_
