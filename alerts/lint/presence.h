// Which labels the series of an expression surely have.

#ifndef ALERTS_LINT_PRESENCE_H_
#define ALERTS_LINT_PRESENCE_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "alerts/lint/lint.h"
#include "promql/syntax/tree.h"

namespace alerts {

enum class Presence {
  kNever,   // No series of the result has the label.
  kMaybe,   // Nothing is known.
  kNamed,   // The rule groups by it, and so reckons with it.
  kAlways,  // Every series of the result has it.
};

Presence PresenceOf(const LintContext& context, const promql::Expr& expr,
                    std::string_view label);

// The one value that the label has in the result, when the expression pins it
// down: job="app".
std::optional<std::string> PinnedValue(const promql::Expr& expr,
                                       std::string_view label);

// The labels that the expression or the schema of what it reads speaks of.
std::set<std::string> LabelsSpokenOf(const LintContext& context,
                                     const promql::Expr& expr);

// "did you mean instance?": of those labels the nearest that a series of the
// result can have; empty when none is near.
std::string NearestLabelHelp(const LintContext& context,
                             const promql::Expr& expr, std::string_view label);

}  // namespace alerts

#endif  // ALERTS_LINT_PRESENCE_H_
