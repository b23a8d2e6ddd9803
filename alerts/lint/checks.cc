#include "alerts/lint/checks.h"

#include <algorithm>

namespace alerts {
namespace {

constexpr base::Severity kError = base::Severity::kError;
constexpr base::Severity kInfo = base::Severity::kInfo;
constexpr base::Severity kWarning = base::Severity::kWarning;

// clang-format off
constexpr Check kChecks[] = {
    // code                 severity  on    pint                             what it catches                                                    its text in, and it is, check_<code>.cc
    {"disable-comment",     kWarning, true, "",                              "a comment that hides findings without a reason, or too long",     &kDisableCommentText,    nullptr /* comments.cc */},
    {"for-outlasts-window", kWarning, true, "",                              "a `for` at least as long as the window that counts its events",   &kForOutlastsWindowText, ForOutlastsWindow},
    {"lost-label",          kError,   true, "alerts/template",               "a template reads a label that the expression cannot produce",     &kLostLabelText,         LostLabel},
    {"never-holds",         kError,   true, "promql/impossible",             "a comparison that no value of its sides satisfies",               &kNeverHoldsText,        NeverHolds},
    {"rate-of-gauge",       kError,   true, "promql/rate",                   "rate(), irate() or increase() of a gauge",                        &kRateOfGaugeText,       RateOfGauge},
    {"rate-unit",           kError,   true, "",                              "a per-second rate compared with what the text says is per hour",  &kRateUnitText,          RateUnit},
    {"unknown-label",       kError,   true, "promql/series",                 "a metric selected by a label that it does not have",              &kUnknownLabelText,      UnknownLabel},
    {"unknown-metric",      kWarning, true, "promql/series",                 "a metric whose name is nearly a known one's",                     &kUnknownMetricText,     UnknownMetric},
    {"unknown-value",       kError,   true, "promql/series",                 "a metric selected by a value that the label never has",           &kUnknownValueText,      UnknownValue},
    {"zero-by-zero",        kInfo,    true, "promql/nan",                    "a ratio of counts of events that is 0/0 while there are none",    &kZeroByZeroText,        ZeroByZero},
};
// clang-format on

}  // namespace

std::span<const Check> Checks() { return kChecks; }

const Check* FindCheck(std::string_view code) {
  const auto* row = std::ranges::find(kChecks, code, &Check::code);
  return row == std::end(kChecks) ? nullptr : row;
}

}  // namespace alerts
