#include "alerts/replay/summary.h"

#include <algorithm>
#include <map>

#include "base/labels.h"

namespace alerts {
namespace {

void Add(const Episode& episode, const ReplayOptions& replay,
         AlertSummary& summary) {
  if (!episode.fired_at) {
    ++summary.pending_only;
    return;
  }
  const base::Duration lasted = episode.ended_at.value_or(replay.end) -
                                std::max(*episode.fired_at, replay.start);
  const base::Duration waited = *episode.fired_at - episode.active_at;
  summary.quickest =
      summary.fired == 0 ? waited : std::min(summary.quickest, waited);
  summary.slowest = std::max(summary.slowest, waited);
  summary.firing += lasted;
  summary.longest = std::max(summary.longest, lasted);
  ++summary.fired;
}

}  // namespace

std::vector<AlertSummary> Summarise(const Replay& replay) {
  std::vector<AlertSummary> summaries;
  for (const ReplayedRule& rule : replay.rules()) {
    const RuleDefinition& definition = replay.definition(rule);
    if (definition.kind == RuleDefinition::Kind::kRecording) continue;
    AlertSummary summary;
    summary.rule = &rule;
    summary.definition = &definition;
    summary.group = &replay.groups()[rule.group];
    std::map<base::Labels, base::Timestamp> resolved;
    for (const Episode& episode : rule.episodes) {
      Add(episode, replay.options(), summary);
      if (!episode.fired_at) continue;
      const auto before = resolved.find(episode.labels);
      if (before != resolved.end() &&
          *episode.fired_at - before->second <= kFlapWindow) {
        ++summary.flaps;
      }
      if (episode.ended_at) resolved[episode.labels] = *episode.ended_at;
    }
    summary.why_never = WhyNever(replay, rule);
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace alerts
