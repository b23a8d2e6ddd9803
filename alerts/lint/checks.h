// THE check table: what `rollwatch check` finds in valid rules.

#ifndef ALERTS_LINT_CHECKS_H_
#define ALERTS_LINT_CHECKS_H_

#include <span>
#include <string_view>

#include "alerts/lint/lint.h"
#include "base/diagnostic.h"

namespace alerts {

// The documentation of a check. The examples are rules, as they stand under
// `rules:`, or whole files; a test runs them: the check finds something in
// `bad` and nothing in `good`.
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

// Each in check_<code>.cc, with its documentation.
void AbsentAtOnce(LintContext& context);
void AlwaysFires(LintContext& context);
void BadQuantile(LintContext& context);
void BareVariable(LintContext& context);
void CoarseBucket(LintContext& context);
void DefaultFor(LintContext& context);
void DuplicatedRule(LintContext& context);
void ExportedLabel(LintContext& context);
void ExternalLabel(LintContext& context);
void FailingTemplate(LintContext& context);
void FlappingPick(LintContext& context);
void ForOutlastsWindow(LintContext& context);
void HiddenByOr(LintContext& context);
void JoinNeverMatches(LintContext& context);
void LabelConflict(LintContext& context);
void LateRecording(LintContext& context);
void LongInterval(LintContext& context);
void LostGrouping(LintContext& context);
void LostLabel(LintContext& context);
void MissesFirstEvent(LintContext& context);
void MissingRunbook(LintContext& context);
void MissingSeverity(LintContext& context);
void MissingSummary(LintContext& context);
void NeedlessRegexp(LintContext& context);
void NeverAbsent(LintContext& context);
void NeverHolds(LintContext& context);
void OneSpelling(LintContext& context);
void OutOfStep(LintContext& context);
void QueryInTemplate(LintContext& context);
void RateOfGauge(LintContext& context);
void RateOfSum(LintContext& context);
void RateUnit(LintContext& context);
void RawCounter(LintContext& context);
void RawRate(LintContext& context);
void ShortWindow(LintContext& context);
void TooNew(LintContext& context);
void UnitMismatch(LintContext& context);
void UnknownLabel(LintContext& context);
void UnknownMetric(LintContext& context);
void UnknownValue(LintContext& context);
void ValueInLabel(LintContext& context);
void ZeroByZero(LintContext& context);

extern const CheckText kAbsentAtOnceText;
extern const CheckText kAlwaysFiresText;
extern const CheckText kBadQuantileText;
extern const CheckText kBareVariableText;
extern const CheckText kCoarseBucketText;
extern const CheckText kDefaultForText;
extern const CheckText kDuplicatedRuleText;
extern const CheckText kExportedLabelText;
extern const CheckText kExternalLabelText;
extern const CheckText kFailingTemplateText;
extern const CheckText kFlappingPickText;
extern const CheckText kDisableCommentText;
extern const CheckText kForOutlastsWindowText;
extern const CheckText kHiddenByOrText;
extern const CheckText kJoinNeverMatchesText;
extern const CheckText kLabelConflictText;
extern const CheckText kLateRecordingText;
extern const CheckText kLongIntervalText;
extern const CheckText kLostGroupingText;
extern const CheckText kLostLabelText;
extern const CheckText kMissesFirstEventText;
extern const CheckText kMissingRunbookText;
extern const CheckText kMissingSeverityText;
extern const CheckText kMissingSummaryText;
extern const CheckText kNeedlessRegexpText;
extern const CheckText kNeverAbsentText;
extern const CheckText kNeverHoldsText;
extern const CheckText kOneSpellingText;
extern const CheckText kOutOfStepText;
extern const CheckText kQueryInTemplateText;
extern const CheckText kRateOfGaugeText;
extern const CheckText kRateOfSumText;
extern const CheckText kRateUnitText;
extern const CheckText kRawCounterText;
extern const CheckText kRawRateText;
extern const CheckText kShortWindowText;
extern const CheckText kTooNewText;
extern const CheckText kUnitMismatchText;
extern const CheckText kUnknownLabelText;
extern const CheckText kUnknownMetricText;
extern const CheckText kUnknownValueText;
extern const CheckText kValueInLabelText;
extern const CheckText kZeroByZeroText;

}  // namespace alerts

#endif  // ALERTS_LINT_CHECKS_H_
