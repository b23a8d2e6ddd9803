// The states that the alerts of one rule go through.

#ifndef ALERTS_ALERT_STATE_H_
#define ALERTS_ALERT_STATE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/labels.h"
#include "base/time.h"

namespace alerts {

// Ordered: a rule's state is the greatest of its alerts'.
enum class AlertState { kInactive, kPending, kFiring };

// "inactive", "pending", "firing".
std::string_view AlertStateName(AlertState state);

// Unlike a label's, an annotation's value may be empty.
using Annotations = std::map<std::string, std::string>;

// One alert: a rule's condition holding for one set of labels.
struct Alert {
  AlertState state = AlertState::kPending;
  base::Labels labels;  // With alertname; what the alert is known by.
  Annotations annotations;
  double value = 0;
  // A native histogram's text; then `value` means nothing.
  std::optional<std::string> histogram;
  base::Timestamp active_at = 0;  // The condition first held.
  std::optional<base::Timestamp> fired_at;
  std::optional<base::Timestamp> resolved_at;  // With kInactive.
  // Since when only keep_firing_for keeps it firing.
  std::optional<base::Timestamp> keep_firing_since;
};

// One element of the result of a rule's query, labels and annotations already
// expanded.
struct AlertCandidate {
  base::Labels labels;
  Annotations annotations;
  double value = 0;
  std::optional<std::string> histogram;
};

struct AlertTiming {
  base::Duration hold = 0;  // `for`
  base::Duration keep_firing_for = 0;
  std::size_t limit = 0;  // Of active alerts; 0 is none.
};

// A step of one alert from one state to another. A new alert comes from
// kInactive; a resolved one goes there.
struct AlertTransition {
  base::Labels labels;
  AlertState from = AlertState::kInactive;
  AlertState to = AlertState::kInactive;
  base::Timestamp time = 0;
};

// The alerts of one rule, as Prometheus' AlertingRule keeps them. Not safe for
// use by several threads.
class AlertStates {
 public:
  explicit AlertStates(AlertTiming timing);

  // Takes in what the rule's query returned at `time`, and says which alerts
  // changed their state. Fails, in Prometheus' words, when two candidates have
  // the same labels (then nothing changes) and when there are more alerts than
  // the limit (then all are forgotten).
  // REQUIRES: times ascend.
  absl::Status Update(base::Timestamp time,
                      std::vector<AlertCandidate> candidates,
                      std::vector<AlertTransition>* transitions = nullptr);

  // Goes on from what Active() returned elsewhere, as before a restart.
  // REQUIRES: Update was not called before.
  void Restore(std::vector<Alert> alerts);

  // The greatest of the alerts' states.
  AlertState state() const;

  // Pending and firing ones, sorted by labels.
  std::vector<Alert> Active() const;

  // Those resolved within the last 15 minutes too, sorted by labels.
  std::vector<Alert> All() const;

 private:
  bool Step(base::Timestamp time, bool present, Alert& alert) const;

  AlertTiming timing_;
  std::map<base::Labels, Alert> alerts_;
};

}  // namespace alerts

#endif  // ALERTS_ALERT_STATE_H_
