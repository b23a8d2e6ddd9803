#include "alerts/replay/episodes.h"

#include <cmath>

namespace alerts {

void Episodes::Take(const std::vector<AlertTransition>& transitions) {
  for (const AlertTransition& change : transitions) {
    if (change.from == AlertState::kInactive) {
      open_[change.labels] = all_.size();
      Episode episode;
      episode.labels = change.labels;
      episode.active_at = change.time;
      episode.last_true = change.time;
      all_.push_back(std::move(episode));
    }
    const auto found = open_.find(change.labels);
    if (found == open_.end()) continue;
    Episode& episode = all_[found->second];
    if (change.to == AlertState::kFiring) episode.fired_at = change.time;
    if (change.to != AlertState::kInactive) continue;
    episode.ended_at = change.time;
    // A limit may end an alert in the evaluation that began it: nothing is
    // seen of that one.
    const bool unseen =
        episode.active_at == change.time && found->second + 1 == all_.size();
    open_.erase(found);
    if (unseen) all_.pop_back();
  }
}

void Episodes::Observe(const base::Labels& labels,
                       std::span<const double> values,
                       base::Timestamp last_true) {
  const auto found = open_.find(labels);
  if (found == open_.end()) return;
  Episode& episode = all_[found->second];
  if (episode.evaluations == 0) {
    episode.first = values.front();
    episode.lowest = values.front();
    episode.highest = values.front();
  }
  for (const double value : values) {
    if (!(value >= episode.lowest)) {
      if (!std::isnan(value)) episode.lowest = value;
    }
    if (!(value <= episode.highest)) {
      if (!std::isnan(value)) episode.highest = value;
    }
  }
  episode.last = values.back();
  episode.last_true = last_true;
  episode.evaluations += values.size();
}

}  // namespace alerts
