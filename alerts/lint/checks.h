// THE check table: what `rollwatch check` finds in valid rules.

#ifndef ALERTS_LINT_CHECKS_H_
#define ALERTS_LINT_CHECKS_H_

#include <span>
#include <string_view>

#include "alerts/lint/lint.h"
#include "base/diagnostic.h"

namespace alerts {

// A check reports only what it can derive from the rule and the schema: a
// finding on a correct rule is a bug.
struct Check {
  std::string_view code;
  base::Severity severity;
  std::string_view catches;  // What it finds, in a few words.
  void (*run)(LintContext& context);
};

// A row each, in the order they run.
std::span<const Check> Checks();

// One a file: check_<code>.cc.
void ForOutlastsWindow(LintContext& context);
void LostLabel(LintContext& context);
void NeverHolds(LintContext& context);
void RateOfGauge(LintContext& context);
void RateUnit(LintContext& context);
void UnknownLabel(LintContext& context);
void UnknownMetric(LintContext& context);
void UnknownValue(LintContext& context);
void ZeroByZero(LintContext& context);

}  // namespace alerts

#endif  // ALERTS_LINT_CHECKS_H_
