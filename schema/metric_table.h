// THE metric table: the nine deployment metrics, a row each. Totals,
// validation, `rollwatch schema` and the README's table derive from it.

#ifndef SCHEMA_METRIC_TABLE_H_
#define SCHEMA_METRIC_TABLE_H_

#include <limits>
#include <span>
#include <string_view>

namespace schema {

enum class MetricType { kUnknown, kCounter, kGauge, kHistogram, kSummary };

// Where the values of a label come from.
enum class ValueSource {
  kFixed,         // The row's values and no others.
  kEnvironments,  // The configured environments and no others.
  kWorkflows,     // Open; the configured workflows exist from the start.
  kOpen,          // Anything, unknown before an event names it.
};

struct LabelRow {
  std::string_view name;
  ValueSource source = ValueSource::kOpen;
  std::span<const std::string_view> values = {};  // Of kFixed, in page order.
};

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();

struct MetricRow {
  std::string_view name;
  MetricType type;
  std::string_view unit;  // "" when it counts things.
  double maximum;         // Every minimum is 0.
  std::span<const LabelRow> labels;
  std::span<const double> buckets;  // Upper bounds, without +Inf.
  std::string_view help;            // One line.
};

namespace table {

inline constexpr std::string_view kStatuses[] = {"success", "failed",
                                                 "rolled_back"};
inline constexpr std::string_view kReasons[] = {"smoke_test_failed",
                                                "high_error_rate", "manual"};
inline constexpr std::string_view kSmokeTestResults[] = {"passed", "failed"};
inline constexpr std::string_view kQueryResults[] = {"success", "failed",
                                                     "timeout"};

inline constexpr LabelRow kEnvironment = {"environment",
                                          ValueSource::kEnvironments};
inline constexpr LabelRow kWorkflow = {"workflow", ValueSource::kWorkflows};

inline constexpr LabelRow kByEnvironment[] = {kEnvironment};
inline constexpr LabelRow kByStatus[] = {
    kEnvironment, {"status", ValueSource::kFixed, kStatuses}};
inline constexpr LabelRow kByReason[] = {
    kEnvironment, {"reason", ValueSource::kFixed, kReasons}};
inline constexpr LabelRow kByDeployment[] = {
    kEnvironment, {"deployment_id", ValueSource::kOpen}};
inline constexpr LabelRow kBySmokeTest[] = {
    kEnvironment, {"result", ValueSource::kFixed, kSmokeTestResults}};
inline constexpr LabelRow kByWorkflow[] = {kWorkflow};
inline constexpr LabelRow kByQuery[] = {
    kWorkflow, {"result", ValueSource::kFixed, kQueryResults}};

inline constexpr double kDeploymentBuckets[] = {60, 120, 300, 600, 1800, 3600};
inline constexpr double kSmokeTestBuckets[] = {10, 30, 60, 120, 300};
inline constexpr double kQueryBuckets[] = {0.1, 0.5, 1, 2, 5, 10};

}  // namespace table

// In the order of the page.
// clang-format off
inline constexpr MetricRow kMetrics[] = {
    // name                              type                    unit                    maximum     labels                 buckets                    help
    {"deployment_total",                 MetricType::kCounter,   "",                     kUnbounded, table::kByStatus,      {},                        "Deployments that finished, by outcome."},
    {"deployment_duration_seconds",      MetricType::kHistogram, "seconds",              kUnbounded, table::kByEnvironment, table::kDeploymentBuckets, "How long deployments took."},
    {"deployment_rollback_total",        MetricType::kCounter,   "",                     kUnbounded, table::kByReason,      {},                        "Rollbacks, by the reason they were started for."},
    {"deployment_frequency",             MetricType::kGauge,     "deployments_per_hour", kUnbounded, table::kByEnvironment, {},                        "Deployments that finished within the last hour."},
    {"canary_traffic_percentage",        MetricType::kGauge,     "percent",              100,        table::kByDeployment,  {},                        "Share of the traffic that a canary takes, from 0 to 100."},
    {"smoke_test_total",                 MetricType::kCounter,   "",                     kUnbounded, table::kBySmokeTest,   {},                        "Smoke test runs, by result."},
    {"smoke_test_duration_seconds",      MetricType::kHistogram, "seconds",              kUnbounded, table::kByEnvironment, table::kSmokeTestBuckets,  "How long smoke test runs took."},
    {"prometheus_query_total",           MetricType::kCounter,   "",                     kUnbounded, table::kByQuery,       {},                        "Queries that workflows sent to Prometheus, by result."},
    {"prometheus_query_duration_seconds", MetricType::kHistogram, "seconds",             kUnbounded, table::kByWorkflow,    table::kQueryBuckets,      "How long the queries of workflows took."},
};
// clang-format on

inline constexpr std::string_view kDefaultEnvironments[] = {"staging",
                                                            "production"};
inline constexpr std::string_view kDefaultWorkflows[] = {"deploy-staging",
                                                         "deploy-production"};

// The row of this name; nullptr when there is none.
constexpr const MetricRow* FindRow(std::string_view name) {
  for (const MetricRow& row : kMetrics) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace schema

#endif  // SCHEMA_METRIC_TABLE_H_
