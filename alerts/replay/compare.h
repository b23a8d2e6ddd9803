// What another version of the rules would have done on the same data.

#ifndef ALERTS_REPLAY_COMPARE_H_
#define ALERTS_REPLAY_COMPARE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/replay/replay.h"
#include "base/labels.h"
#include "base/time.h"

namespace alerts {

// One alert firing for a while.
struct Firing {
  base::Labels labels;
  base::Timestamp from = 0;
  // The first evaluation that no longer has it; nothing: the replay ended.
  std::optional<base::Timestamp> to;

  friend bool operator==(const Firing&, const Firing&) = default;
};

struct FiringChange {
  enum class Kind {
    kGained,      // Only the new rules fire.
    kLost,        // Only the old ones do.
    kMoved,       // The same labels, overlapping, other times.
    kRelabelled,  // The same alertname, overlapping, other labels.
  };
  Kind kind = Kind::kGained;
  std::string alert;
  std::optional<Firing> before;  // Of the old rules.
  std::optional<Firing> after;   // Of the new ones.
};

// "gained", "lost", "moved", "relabelled".
std::string_view FiringChangeName(FiringChange::Kind kind);

struct Comparison {
  std::vector<FiringChange> changes;  // By alert, then time.
  std::size_t unchanged = 0;          // Firings that are the same in both.
};

// Pairs each firing with the one of the same labels that it overlaps, then with
// one of the same alert that nothing else is paired with.
// REQUIRES: both have run, over the same time
Comparison Compare(const Replay& before, const Replay& after);

}  // namespace alerts

#endif  // ALERTS_REPLAY_COMPARE_H_
