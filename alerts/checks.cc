#include "alerts/checks.h"

namespace alerts {
namespace {

constexpr base::Severity kError = base::Severity::kError;
constexpr base::Severity kWarning = base::Severity::kWarning;

// clang-format off
constexpr Check kChecks[] = {
    // code            severity  what it catches                                                in check_<code>.cc
    {"lost-label",     kError,   "a template reads a label that the expression cannot produce", LostLabel},
    {"never-holds",    kError,   "a comparison that no value of its sides satisfies",           NeverHolds},
    {"unknown-label",  kError,   "a metric selected by a label that it does not have",          UnknownLabel},
    {"unknown-metric", kWarning, "a metric whose name is nearly a known one's",                 UnknownMetric},
    {"unknown-value",  kError,   "a metric selected by a value that the label never has",       UnknownValue},
};
// clang-format on

}  // namespace

std::span<const Check> Checks() { return kChecks; }

}  // namespace alerts
