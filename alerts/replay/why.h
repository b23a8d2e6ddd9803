// Why an alert never fired on recorded data.

#ifndef ALERTS_REPLAY_WHY_H_
#define ALERTS_REPLAY_WHY_H_

#include <optional>
#include <string>
#include <string_view>

#include "alerts/replay/replay.h"
#include "base/time.h"

namespace alerts {

struct Reason {
  enum class Kind {
    kNeverTrue,    // The expression never had a result.
    kNeverFiring,  // It had, but not for long enough.
    kFailed,       // No evaluation went well.
  };
  Kind kind = Kind::kNeverTrue;
  std::string text;  // One sentence, without a full stop.
  // The part of the rule's expression that left nothing; empty with other
  // kinds.
  std::string part;
  // With kNeverFiring: the longest time that the condition held, from the first
  // to the last of evaluations in a row.
  base::Duration longest_true = 0;
};

// "never-true", "never-firing", "failed".
std::string_view ReasonKindName(Reason::Kind kind);

// Nothing for an alert that fired, and for a recording rule. Evaluates parts of
// the expression over the whole time: each about as dear as the rule.
std::optional<Reason> WhyNever(const Replay& replay, const ReplayedRule& rule);

}  // namespace alerts

#endif  // ALERTS_REPLAY_WHY_H_
