#include "exporter/totals.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z
constexpr base::Duration kMinute = 60 * 1000;

// Applies events, one a line, all received at kNow.
void Apply(Totals& totals, std::string_view lines) {
  std::vector<EventError> errors;
  const auto events = ParseEvents(lines, schema::Schema::Ours(), kNow, errors);
  ASSERT_TRUE(errors.empty()) << ToString(errors.front());
  for (const Event& event : events) {
    totals.Apply({totals.last_sequence() + 1, kNow, event});
  }
}

std::string Dump(const Totals& totals) {
  std::string out;
  for (const Cell& cell : totals.Cells()) {
    out += cell.metric + cell.labels + " " + cell.part + " " +
           base::FormatGeneral(cell.value) + "\n";
  }
  return out;
}

struct Case {
  const char* name;
  const char* events;
  const char* want;
};

constexpr Case kCases[] = {
    {"DeploymentCountsAndObserves",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"success","duration":60}
{"id":"b","kind":"deployment","environment":"staging","status":"success","duration":60.5}
{"id":"c","kind":"deployment","environment":"staging","status":"failed"})",
     R"(deployment_duration_seconds{environment="staging"} le=120 1
deployment_duration_seconds{environment="staging"} le=60 1
deployment_duration_seconds{environment="staging"} sum 120.5
deployment_total{environment="staging", status="failed"} value 1
deployment_total{environment="staging", status="success"} value 2
)"},
    {"StartedCountsNothing",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"started"})",
     ""},
    {"RollbackCountsItsReason",
     R"({"id":"a","kind":"rollback","environment":"production","reason":"manual","deployment_id":"x"})",
     "deployment_rollback_total{environment=\"production\", "
     "reason=\"manual\"} value 1\n"},
    {"LongerThanTheLastBucket",
     R"({"id":"a","kind":"smoke-test","environment":"staging","result":"failed","duration":301})",
     R"(smoke_test_duration_seconds{environment="staging"} le=+Inf 1
smoke_test_duration_seconds{environment="staging"} sum 301
smoke_test_total{environment="staging", result="failed"} value 1
)"},
    {"WorkflowIsOpen",
     R"({"id":"a","kind":"query","workflow":"ni\"ght","result":"timeout","duration":0})",
     R"(prometheus_query_duration_seconds{workflow="ni\"ght"} le=0.1 1
prometheus_query_duration_seconds{workflow="ni\"ght"} sum 0
prometheus_query_total{workflow="ni\"ght", result="timeout"} value 1
)"},
    {"SumsAreAddedInOrder",
     R"({"id":"a","kind":"query","workflow":"w","result":"failed","duration":0.1}
{"id":"b","kind":"query","workflow":"w","result":"failed","duration":0.2}
{"id":"c","kind":"query","workflow":"w","result":"failed","duration":0.3})",
     R"(prometheus_query_duration_seconds{workflow="w"} le=0.1 1
prometheus_query_duration_seconds{workflow="w"} le=0.5 2
prometheus_query_duration_seconds{workflow="w"} sum 0.6000000000000001
prometheus_query_total{workflow="w", result="failed"} value 3
)"},
    {"NewestCanaryWins",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d","percentage":10,"time":1000}
{"id":"b","kind":"canary","environment":"staging","deployment_id":"d","percentage":50,"time":3000}
{"id":"c","kind":"canary","environment":"staging","deployment_id":"d","percentage":25,"time":2000})",
     "canary_traffic_percentage{environment=\"staging\", deployment_id=\"d\"} "
     "value 50\n"},
    {"OfEqualTimesTheLaterRecordedWins",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d","percentage":10,"time":1000}
{"id":"b","kind":"canary","environment":"staging","deployment_id":"d","percentage":50,"time":1000})",
     "canary_traffic_percentage{environment=\"staging\", deployment_id=\"d\"} "
     "value 50\n"},
    {"FinishWithoutPercentageKeepsTheLast",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d","percentage":10}
{"id":"b","kind":"canary","environment":"staging","deployment_id":"d","finished":true})",
     "canary_traffic_percentage{environment=\"staging\", deployment_id=\"d\"} "
     "value 10\n"},
    {"OneCommitInTwoEnvironments",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d","percentage":100}
{"id":"b","kind":"canary","environment":"production","deployment_id":"d","percentage":10})",
     "canary_traffic_percentage{environment=\"production\", "
     "deployment_id=\"d\"} value 10\n"
     "canary_traffic_percentage{environment=\"staging\", deployment_id=\"d\"} "
     "value 100\n"},
};

class TotalsTest : public testing::TestWithParam<Case> {};

TEST_P(TotalsTest, Folds) {
  Totals totals;
  Apply(totals, GetParam().events);
  EXPECT_EQ(Dump(totals), GetParam().want);
  // Initial zeros change no cell that events touch.
  Totals published(schema::SchemaOptions::Default());
  Apply(published, GetParam().events);
  EXPECT_EQ(Dump(published), GetParam().want);
}

// What the journal stores of an event is what changed, and nothing is missed.
TEST_P(TotalsTest, ChangedCellsAddUpToAll) {
  Totals totals;
  std::vector<EventError> errors;
  std::map<std::string, double> stored;
  for (const Event& event :
       ParseEvents(GetParam().events, schema::Schema::Ours(), kNow, errors)) {
    std::vector<Cell> changed;
    totals.Apply({totals.last_sequence() + 1, kNow, event}, changed);
    for (const Cell& cell : changed) {
      stored[cell.metric + cell.labels + cell.part] = cell.value;
    }
  }
  std::map<std::string, double> all;
  for (const Cell& cell : totals.Cells()) {
    all[cell.metric + cell.labels + cell.part] = cell.value;
  }
  EXPECT_EQ(stored, all);
}

INSTANTIATE_TEST_SUITE_P(Events, TotalsTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(TotalsStartTest, EveryClosedCombinationIsAtZero) {
  const Totals totals(schema::SchemaOptions::Default());
  // 2x3 + 2 + 2x3 deployments, 2x2 + 2 smoke tests, 2x3 + 2 queries.
  EXPECT_EQ(totals.series().size(), 28U);
  for (const auto& [key, total] : totals.series()) {
    EXPECT_TRUE(total.initial);
    EXPECT_EQ(total.value, 0);
    EXPECT_EQ(total.sum, 0);
  }
  EXPECT_TRUE(totals.Cells().empty());
}

TEST(DeploymentFrequencyTest, CountsFinishesWithinTheHourBeforeNow) {
  Totals totals(schema::SchemaOptions::Default());
  const auto deploy = [&](const char* status, base::Timestamp time) {
    Event event;
    event.id = absl::StrFormat("%d", totals.last_sequence());
    event.environment = "staging";
    event.status = status;
    event.time = time;
    totals.Apply({totals.last_sequence() + 1, kNow, event});
  };
  deploy("failed", kNow);
  deploy("success", kNow - 60 * kMinute);      // Just too early.
  deploy("success", kNow - 60 * kMinute + 1);  // Just in.
  deploy("rolled_back", kNow - kMinute);
  deploy("started", kNow - kMinute);
  deploy("success", kNow + 1);
  EXPECT_EQ(totals.DeploymentFrequency("staging", kNow), 3);
  EXPECT_EQ(totals.DeploymentFrequency("production", kNow), 0);
  EXPECT_EQ(totals.DeploymentFrequency("staging", kNow + 1), 3);
  EXPECT_EQ(totals.DeploymentFrequency("staging", kNow + 61 * kMinute), 0);
  EXPECT_EQ(totals.DeploymentFrequency("staging", 0), 0);
}

TEST(OpenRolloutTest, IsOpenFromItsStartToItsEnd) {
  Totals totals;
  Apply(
      totals,
      R"({"id":"a","kind":"deployment","environment":"staging","status":"started","deployment_id":"x","run_url":"https://ci/1","time":5}
{"id":"b","kind":"deployment","environment":"production","status":"started","deployment_id":"x"})");
  ASSERT_EQ(totals.open_rollouts().size(), 2U);
  const OpenRollout& rollout = totals.open_rollouts().at({"staging", "x"});
  EXPECT_EQ(rollout.started, 5000);
  EXPECT_EQ(rollout.run_url, "https://ci/1");
  Apply(
      totals,
      R"({"id":"c","kind":"deployment","environment":"staging","status":"failed","deployment_id":"x"})");
  EXPECT_EQ(totals.open_rollouts().size(), 1U);
}

TEST(TotalsTest, LinksAreThoseOfTheLastEventsThatHaveOne) {
  Totals totals;
  Apply(
      totals,
      R"({"id":"1","kind":"deployment","environment":"staging","status":"success","duration":30,"run_url":"https://ci/1"}
{"id":"2","kind":"deployment","environment":"staging","status":"success","duration":90,"run_url":"https://ci/2"}
{"id":"3","kind":"deployment","environment":"staging","status":"success","duration":91}
{"id":"4","kind":"deployment","environment":"staging","status":"started","run_url":"https://ci/4"})");
  Apply(
      totals,
      absl::StrFormat(
          R"({"id":"5","kind":"rollback","environment":"staging","reason":"manual","run_url":"https://%s"})",
          std::string(121, 'x')));
  std::string links;
  for (const auto& [key, total] : totals.series()) {
    for (const auto& exemplar : total.exemplars) {
      absl::StrAppendFormat(&links, "%s %s %s %d\n",
                            schema::kMetrics[key.metric].name,
                            exemplar ? exemplar->run_url : "none",
                            base::FormatGeneral(exemplar ? exemplar->value : 0),
                            exemplar ? exemplar->time : 0);
    }
  }
  EXPECT_EQ(links,
            "deployment_total https://ci/2 1 1795392000000\n"
            "deployment_duration_seconds https://ci/1 30 1795392000000\n"
            "deployment_duration_seconds https://ci/2 90 1795392000000\n");
}

}  // namespace
}  // namespace exporter
