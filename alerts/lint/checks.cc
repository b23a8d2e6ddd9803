#include "alerts/lint/checks.h"

#include <algorithm>

namespace alerts {
namespace {

constexpr base::Severity kError = base::Severity::kError;
constexpr base::Severity kInfo = base::Severity::kInfo;
constexpr base::Severity kWarning = base::Severity::kWarning;

// clang-format off
constexpr Check kChecks[] = {
    // code                severity  on     pint                                         what it catches                                                       its text in, and it is, check_<code>.cc
    {"absent-at-once",      kWarning, true,  "alerts/absent",                             "an alert on absent() that one failed scrape fires",                  &kAbsentAtOnceText,      AbsentAtOnce},
    {"always-fires",        kWarning, true,  "alerts/comparison",                         "an alert whose expression drops no series, whatever the values",     &kAlwaysFiresText,       AlwaysFires},
    {"bad-quantile",        kError,   true,  "",                                          "a quantile of buckets without le, or of a number not from 0 to 1",   &kBadQuantileText,       BadQuantile},
    {"bare-variable",       kWarning, true,  "",                                          "a text with $labels or $value outside of {{ }}",                     &kBareVariableText,      BareVariable},
    {"coarse-bucket",       kWarning, true,  "",                                          "a quantile compared with a threshold inside a wide bucket",          &kCoarseBucketText,      CoarseBucket},
    {"default-for",         kInfo,    true,  "alerts/for",                                "a written `for` of 0, which is the default",                         &kDefaultForText,        DefaultFor},
    {"disable-comment",     kWarning, true,  "",                                          "a comment that hides findings without a reason, or too long",        &kDisableCommentText,    nullptr /* comments.cc */},
    {"duplicate-rule",      kWarning, true,  "rule/duplicate",                            "two rules of the same name, labels and expression",                  &kDuplicatedRuleText, DuplicatedRule},
    {"exported-label",      kError,   true,  "",                                          "a label that scraping renames to exported_*",                        &kExportedLabelText,     ExportedLabel},
    {"external-label",      kError,   true,  "alerts/external_labels",                    "a template reads an external label that the server does not have",   &kExternalLabelText,     ExternalLabel},
    {"failing-template",    kError,   true,  "",                                          "a template that gives an error in place of the text",                &kFailingTemplateText,   FailingTemplate},
    {"flapping-pick",       kInfo,    true,  "promql/fragile",                            "an alert with `for` on what topk() or its like picks",               &kFlappingPickText,      FlappingPick},
    {"for-outlasts-window", kWarning, true,  "",                                          "a `for` at least as long as the window that counts its events",      &kForOutlastsWindowText, ForOutlastsWindow},
    {"hidden-by-or",        kWarning, true,  "promql/impossible",                         "the right side of an `or` that the left one always hides",           &kHiddenByOrText,        HiddenByOr},
    {"join-never-matches",  kError,   true,  "promql/vector_matching, promql/impossible", "an operator whose sides have no labels in common",                   &kJoinNeverMatchesText,  JoinNeverMatches},
    {"label-conflict",      kWarning, true,  "labels/conflict",                           "a rule sets an external label of the server",                        &kLabelConflictText,     LabelConflict},
    {"late-recording",      kInfo,    true,  "rule/dependency",                           "a recording rule that reads what another group records",             &kLateRecordingText,     LateRecording},
    {"long-interval",       kWarning, true,  "group/interval",                            "a recording group slower than the five minutes a query looks back",  &kLongIntervalText,      LongInterval},
    {"lost-grouping",       kWarning, true,  "promql/impossible",                         "a grouping or match by a label that cannot be there",                &kLostGroupingText,      LostGrouping},
    {"lost-label",          kError,   true,  "alerts/template",                           "a template reads a label that the expression cannot produce",        &kLostLabelText,         LostLabel},
    {"misses-first-event",  kWarning, true,  "",                                          "rate() or increase() of a counter that starts with its first event", &kMissesFirstEventText,  MissesFirstEvent},
    {"missing-runbook",     kWarning, false, "alerts/annotation",                         "an alert without an annotation runbook_url",                         &kMissingRunbookText,    MissingRunbook},
    {"missing-severity",    kWarning, false, "rule/label",                                "an alert without a label severity",                                  &kMissingSeverityText,   MissingSeverity},
    {"missing-summary",     kWarning, false, "alerts/annotation",                         "an alert without an annotation summary",                             &kMissingSummaryText,    MissingSummary},
    {"needless-regexp",     kInfo,    true,  "promql/regexp",                             "a regexp that says no more than a plain matcher",                    &kNeedlessRegexpText,    NeedlessRegexp},
    {"never-absent",        kError,   true,  "alerts/absent",                             "absent() of something that is always there",                         &kNeverAbsentText,       NeverAbsent},
    {"never-holds",         kError,   true,  "promql/impossible",                         "a comparison that no value of its sides satisfies",                  &kNeverHoldsText,        NeverHolds},
    {"one-spelling",        kWarning, true,  "",                                          "a matcher of le or quantile that Prometheus 3 spells otherwise",     &kOneSpellingText,       OneSpelling},
    {"out-of-step",         kInfo,    true,  "promql/fragile",                            "an alert without `for` on the sums of two jobs",                     &kOutOfStepText,         OutOfStep},
    {"query-in-template",   kError,   true,  "alerts/template",                           "a query in a template that cannot be parsed or finds nothing",       &kQueryInTemplateText,   QueryInTemplate},
    {"rate-of-gauge",       kError,   true,  "promql/rate",                               "rate(), irate() or increase() of a gauge, a rate or a ratio",         &kRateOfGaugeText,       RateOfGauge},
    {"rate-of-sum",         kError,   true,  "promql/rate",                               "rate() of a sum of counters, which sees false resets",               &kRateOfSumText,         RateOfSum},
    {"rate-unit",           kError,   true,  "",                                          "a per-second rate compared with what the text says is per hour",     &kRateUnitText,          RateUnit},
    {"raw-counter",         kWarning, true,  "promql/counter",                            "a counter compared with a number as it is",                          &kRawCounterText,        RawCounter},
    {"raw-rate",            kInfo,    true,  "alerts/template",                           "a text that prints a rate with all its digits",                      &kRawRateText,           RawRate},
    {"short-window",        kError,   true,  "promql/rate",                               "a window under two scrape intervals",                                &kShortWindowText,       ShortWindow},
    {"too-new",             kError,   true,  "promql/features",                           "what the Prometheus of --compat refuses",                            &kTooNewText,            TooNew},
    {"unit-mismatch",       kWarning, true,  "",                                          "seconds and milliseconds, ratios and percentages mixed up",          &kUnitMismatchText,      UnitMismatch},
    {"unknown-label",       kError,   true,  "promql/series",                             "a metric selected by a label that it does not have",                 &kUnknownLabelText,      UnknownLabel},
    {"unknown-metric",      kWarning, true,  "promql/series",                             "a metric whose name is nearly a known one's",                        &kUnknownMetricText,     UnknownMetric},
    {"unknown-value",       kError,   true,  "promql/series",                             "a metric selected by a value that the label never has",              &kUnknownValueText,      UnknownValue},
    {"value-in-label",      kWarning, true,  "alerts/template",                           "an alert's label that holds the value",                              &kValueInLabelText,      ValueInLabel},
    {"zero-by-zero",        kInfo,    true,  "promql/nan",                                "a ratio of counts of events that is 0/0 while there are none",       &kZeroByZeroText,        ZeroByZero},
};
// clang-format on

}  // namespace

std::span<const Check> Checks() { return kChecks; }

const Check* FindCheck(std::string_view code) {
  const auto* row = std::ranges::find(kChecks, code, &Check::code);
  return row == std::end(kChecks) ? nullptr : row;
}

}  // namespace alerts
