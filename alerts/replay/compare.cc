#include "alerts/replay/compare.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace alerts {
namespace {

constexpr base::Timestamp kForever =
    std::numeric_limits<base::Timestamp>::max();

using Firings = std::vector<Firing>;

std::map<std::string, Firings> FiringsOf(const Replay& replay) {
  std::map<std::string, Firings> firings;
  for (const ReplayedRule& rule : replay.rules()) {
    for (const Episode& episode : rule.episodes) {
      if (!episode.fired_at) continue;
      firings[replay.definition(rule).name].push_back(
          {episode.labels, *episode.fired_at, episode.ended_at});
    }
  }
  return firings;
}

base::Timestamp End(const Firing& firing) {
  return firing.to.value_or(kForever);
}

bool Overlap(const Firing& a, const Firing& b) {
  return a.from < End(b) && b.from < End(a);
}

// Takes pairs for which `fits` holds out of both, in order of time.
void Pair(Firings& before, Firings& after,
          const std::function<bool(const Firing&, const Firing&)>& fits,
          const std::function<void(Firing, Firing)>& take) {
  for (auto old = before.begin(); old != before.end();) {
    const auto found = std::ranges::find_if(
        after, [&](const Firing& fresh) { return fits(*old, fresh); });
    if (found == after.end()) {
      ++old;
      continue;
    }
    take(std::move(*old), std::move(*found));
    after.erase(found);
    old = before.erase(old);
  }
}

base::Timestamp TimeOf(const FiringChange& change) {
  return change.before ? change.before->from : change.after->from;
}

void CompareAlert(const std::string& alert, Firings before, Firings after,
                  Comparison& comparison) {
  using Kind = FiringChange::Kind;
  const auto add = [&](Kind kind, std::optional<Firing> old,
                       std::optional<Firing> fresh) {
    comparison.changes.push_back(
        {kind, alert, std::move(old), std::move(fresh)});
  };
  Pair(before, after, std::equal_to<>(),
       [&](const Firing&, const Firing&) { ++comparison.unchanged; });
  Pair(
      before, after,
      [](const Firing& a, const Firing& b) {
        return a.labels == b.labels && Overlap(a, b);
      },
      [&](Firing a, Firing b) {
        add(Kind::kMoved, std::move(a), std::move(b));
      });
  Pair(before, after, Overlap, [&](Firing a, Firing b) {
    add(Kind::kRelabelled, std::move(a), std::move(b));
  });
  for (Firing& old : before) add(Kind::kLost, std::move(old), std::nullopt);
  for (Firing& fresh : after)
    add(Kind::kGained, std::nullopt, std::move(fresh));
}

}  // namespace

std::string_view FiringChangeName(FiringChange::Kind kind) {
  switch (kind) {
    case FiringChange::Kind::kGained:
      return "gained";
    case FiringChange::Kind::kLost:
      return "lost";
    case FiringChange::Kind::kMoved:
      return "moved";
    case FiringChange::Kind::kRelabelled:
      return "relabelled";
  }
  return "";
}

Comparison Compare(const Replay& before, const Replay& after) {
  std::map<std::string, Firings> old = FiringsOf(before);
  std::map<std::string, Firings> fresh = FiringsOf(after);
  for (const auto& [alert, firings] : fresh) old.try_emplace(alert);
  Comparison comparison;
  for (auto& [alert, firings] : old) {
    CompareAlert(alert, std::move(firings), std::move(fresh[alert]),
                 comparison);
  }
  std::ranges::stable_sort(
      comparison.changes, {}, [](const FiringChange& change) {
        return std::make_tuple(std::string_view(change.alert), TimeOf(change));
      });
  return comparison;
}

}  // namespace alerts
