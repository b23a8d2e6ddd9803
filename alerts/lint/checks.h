// THE check table: what `rollwatch check` finds in valid rules.

#ifndef ALERTS_LINT_CHECKS_H_
#define ALERTS_LINT_CHECKS_H_

#include <span>
#include <string_view>

#include "alerts/lint/lint.h"
#include "base/diagnostic.h"

namespace alerts {

// The documentation of a check. The examples are rules, as they stand under
// `rules:`; a test runs them: the check finds something in `bad` and nothing in
// `good`.
struct CheckText {
  std::string_view paragraph;  // Its lines are broken for the source only.
  std::string_view bad;
  std::string_view good;
};

// A check reports only what it can derive from the rule and the schema: a
// finding on a correct rule is a bug.
struct Check {
  std::string_view code;
  base::Severity severity;   // Of its findings, unless one is reported lower.
  bool by_default;           // Else it runs when --enable names it.
  std::string_view pint;     // pint's checks that find the same, "a, b".
  std::string_view catches;  // What it finds, in a few words.
  const CheckText* text;     // Never null.
  void (*run)(LintContext& context);  // Null: not of a rule alone.
};

// A row each, in the order they run and are documented.
std::span<const Check> Checks();

// The row of this code; nullptr when there is none.
const Check* FindCheck(std::string_view code);

// One a file: check_<code>.cc, with its documentation.
void ForOutlastsWindow(LintContext& context);
void LostLabel(LintContext& context);
void NeverHolds(LintContext& context);
void RateOfGauge(LintContext& context);
void RateUnit(LintContext& context);
void UnknownLabel(LintContext& context);
void UnknownMetric(LintContext& context);
void UnknownValue(LintContext& context);
void ZeroByZero(LintContext& context);

extern const CheckText kDisableCommentText;
extern const CheckText kForOutlastsWindowText;
extern const CheckText kLostLabelText;
extern const CheckText kNeverHoldsText;
extern const CheckText kRateOfGaugeText;
extern const CheckText kRateUnitText;
extern const CheckText kUnknownLabelText;
extern const CheckText kUnknownMetricText;
extern const CheckText kUnknownValueText;
extern const CheckText kZeroByZeroText;

}  // namespace alerts

#endif  // ALERTS_LINT_CHECKS_H_
