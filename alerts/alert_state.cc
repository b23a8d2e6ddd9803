#include "alerts/alert_state.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace alerts {
namespace {

// How long a resolved alert is remembered (Prometheus' resolvedRetention).
constexpr base::Duration kResolvedRetention = 15 * 60 * 1000;

void Record(const Alert& alert, AlertState from, base::Timestamp time,
            std::vector<AlertTransition>* transitions) {
  if (transitions != nullptr && alert.state != from) {
    transitions->push_back({alert.labels, from, alert.state, time});
  }
}

}  // namespace

std::string_view AlertStateName(AlertState state) {
  switch (state) {
    case AlertState::kInactive:
      return "inactive";
    case AlertState::kPending:
      return "pending";
    case AlertState::kFiring:
      return "firing";
  }
  return "";
}

AlertStates::AlertStates(AlertTiming timing) : timing_(timing) {}

absl::Status AlertStates::Update(base::Timestamp time,
                                 std::vector<AlertCandidate> candidates,
                                 std::vector<AlertTransition>* transitions) {
  std::map<base::Labels, AlertCandidate*> present;
  for (AlertCandidate& candidate : candidates) {
    if (!present.emplace(candidate.labels, &candidate).second) {
      return absl::InvalidArgumentError(
          "vector contains metrics with the same labelset after applying alert "
          "labels");
    }
  }

  std::map<base::Labels, AlertState> before;
  for (auto& [labels, candidate] : present) {
    const auto found = alerts_.find(labels);
    if (found == alerts_.end() ||
        found->second.state == AlertState::kInactive) {
      Alert fresh;
      fresh.labels = labels;
      fresh.active_at = time;
      alerts_[labels] = std::move(fresh);
      before[labels] = AlertState::kInactive;
    }
    Alert& alert = alerts_[labels];
    alert.value = candidate->value;
    alert.histogram = std::move(candidate->histogram);
    alert.annotations = std::move(candidate->annotations);
  }

  std::size_t active = 0;
  for (auto it = alerts_.begin(); it != alerts_.end();) {
    Alert& alert = it->second;
    const auto known = before.find(it->first);
    const AlertState from = known == before.end() ? alert.state : known->second;
    const bool keep = Step(time, present.contains(it->first), alert);
    Record(alert, from, time, transitions);
    active += keep && alert.state != AlertState::kInactive ? 1 : 0;
    it = keep ? std::next(it) : alerts_.erase(it);
  }

  if (timing_.limit > 0 && active > timing_.limit) {
    for (const auto& [labels, alert] : alerts_) {
      Alert gone = alert;
      gone.state = AlertState::kInactive;
      Record(gone, alert.state, time, transitions);
    }
    alerts_.clear();
    return absl::ResourceExhaustedError(absl::StrFormat(
        "exceeded limit of %d with %d alerts", timing_.limit, active));
  }
  return absl::OkStatus();
}

// One alert at one evaluation; false when it is to be forgotten.
bool AlertStates::Step(base::Timestamp time, bool present, Alert& alert) const {
  if (!present) {
    if (alert.state == AlertState::kFiring && timing_.keep_firing_for > 0) {
      if (!alert.keep_firing_since) alert.keep_firing_since = time;
      if (time - *alert.keep_firing_since < timing_.keep_firing_for) {
        return true;
      }
    }
    if (alert.state == AlertState::kPending) {
      alert.state = AlertState::kInactive;
      return false;
    }
    if (alert.state == AlertState::kInactive) {
      return time - *alert.resolved_at <= kResolvedRetention;
    }
    alert.state = AlertState::kInactive;
    alert.resolved_at = time;
    return true;
  }
  alert.keep_firing_since.reset();
  if (alert.state == AlertState::kPending &&
      time - alert.active_at >= timing_.hold) {
    alert.state = AlertState::kFiring;
    alert.fired_at = time;
  }
  return true;
}

void AlertStates::Restore(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) {
    base::Labels labels = alert.labels;
    alerts_[std::move(labels)] = std::move(alert);
  }
}

AlertState AlertStates::state() const {
  AlertState state = AlertState::kInactive;
  for (const auto& [labels, alert] : alerts_) {
    state = std::max(state, alert.state);
  }
  return state;
}

std::vector<Alert> AlertStates::Active() const {
  std::vector<Alert> active;
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state != AlertState::kInactive) active.push_back(alert);
  }
  return active;
}

std::vector<Alert> AlertStates::All() const {
  std::vector<Alert> all;
  for (const auto& [labels, alert] : alerts_) all.push_back(alert);
  return all;
}

}  // namespace alerts
