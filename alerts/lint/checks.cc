#include "alerts/lint/checks.h"

namespace alerts {
namespace {

constexpr base::Severity kError = base::Severity::kError;
constexpr base::Severity kInfo = base::Severity::kInfo;
constexpr base::Severity kWarning = base::Severity::kWarning;

// clang-format off
constexpr Check kChecks[] = {
    // code                 severity  what it catches                                                   in check_<code>.cc
    {"for-outlasts-window", kWarning, "a `for` at least as long as the window that counts its events",  ForOutlastsWindow},
    {"lost-label",          kError,   "a template reads a label that the expression cannot produce",    LostLabel},
    {"never-holds",         kError,   "a comparison that no value of its sides satisfies",              NeverHolds},
    {"rate-of-gauge",       kError,   "rate(), irate() or increase() of a gauge",                       RateOfGauge},
    {"rate-unit",           kError,   "a per-second rate compared with what the text says is per hour", RateUnit},
    {"unknown-label",       kError,   "a metric selected by a label that it does not have",             UnknownLabel},
    {"unknown-metric",      kWarning, "a metric whose name is nearly a known one's",                    UnknownMetric},
    {"unknown-value",       kError,   "a metric selected by a value that the label never has",          UnknownValue},
    {"zero-by-zero",        kInfo,    "a ratio of counts of events that is 0/0 while there are none",   ZeroByZero},
};
// clang-format on

}  // namespace

std::span<const Check> Checks() { return kChecks; }

}  // namespace alerts
