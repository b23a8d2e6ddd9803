// Rules look back over a restart.

#include "rollwatch/past.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "exporter/journal.h"
#include "promql/check/parse.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr base::Duration kMinute = 60'000;

class PastTest : public testing::Test {
 protected:
  PastTest() {
    auto journal = exporter::Journal::Open(Options());
    EXPECT_TRUE(journal.ok()) << journal.status();
    exporter::Event rollback;
    rollback.id = "1";
    rollback.kind = exporter::EventKind::kRollback;
    rollback.environment = "staging";
    rollback.reason = "manual";
    exporter::Event query;
    query.id = "2";
    query.kind = exporter::EventKind::kQuery;
    query.workflow = "met while running";
    query.result = "success";
    EXPECT_TRUE((*journal)->Record({rollback, query}).ok());
  }

  exporter::JournalOptions Options() const {
    return {folder_.Path("data"), schema::SchemaOptions::Default()};
  }

  // The only value of a query half an hour from now, after a restart then; -1
  // when there is none.
  double Later(std::string_view query) {
    base::Diagnostics diagnostics;
    const promql::ExprPtr expr = promql::Parse(query, diagnostics);
    EXPECT_NE(expr, nullptr) << query;
    History history("rollwatch", "here");
    const base::Timestamp now = base::Now() + 30 * kMinute;
    history.Query(*expr, now).IgnoreError();
    const absl::Status status = RebuildPast({Options(), 15'000}, now, history);
    EXPECT_TRUE(status.ok()) << status;
    const auto result = history.Query(*expr, now);
    if (!result.ok() || result->size() != 1) return -1;
    return result->front().value;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(PastTest, RisesOfBeforeAreRises) {
  EXPECT_NEAR(Later("increase(deployment_rollback_total{environment=\"staging\""
                    ",reason=\"manual\"}[1h])"),
              1, 0.02);
}

TEST_F(PastTest, RisesThatAreTooLongAgoAreNone) {
  EXPECT_EQ(Later("increase(deployment_rollback_total{environment=\"staging\","
                  "reason=\"manual\"}[20m])"),
            0);
}

TEST_F(PastTest, SeriesMetWhileRunningIsBornAtZero) {
  EXPECT_NEAR(Later("increase(prometheus_query_total{workflow=\"met while "
                    "running\"}[1h])"),
              1, 0.02);
}

TEST_F(PastTest, NothingIsKnownOfTheTimeBeforeCounting) {
  // A sample every 15 s for half an hour, and one at the beginning.
  EXPECT_NEAR(Later("count_over_time(up[1d])"), 120, 2);
}

TEST_F(PastTest, OlderSamplesAreSparse) {
  const base::Timestamp now = base::Now() + 10 * 60 * kMinute;
  History history("rollwatch", "here");
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr =
      promql::Parse("count_over_time(up[9h])", diagnostics);
  history.Query(*expr, now).IgnoreError();
  ASSERT_TRUE(RebuildPast({Options(), 15'000}, now, history).ok());
  const auto result = history.Query(*expr, now);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->size(), 1u);
  EXPECT_NEAR(result->front().value, 240 + 8 * 30, 3);
}

constexpr char kRules[] = R"(groups:
- name: live
  interval: 100ms
  rules:
  - alert: RolledBack
    expr: increase(deployment_rollback_total[10m]) > 0
  - record: evaluated
    expr: vector(1)
)";

// The alert of the rule as the API shows it; "" while none fires.
std::string Firing(const tests::Sidecar& sidecar) {
  const std::string body = sidecar.Get("/api/v1/alerts").body;
  return body.find("\"state\":\"firing\"") == body.npos ? "" : body;
}

std::string ActiveAt(const std::string& alert) {
  const std::size_t begin = alert.find("\"activeAt\":");
  return begin == alert.npos ? "" : alert.substr(begin, 40);
}

TEST(RestartTest, AlertOnAnIncreaseFiresOnAfterAKill) {
  const tests::TemporaryFolder folder;
  const std::vector<std::string> flags = {"--rules",
                                          folder.Write("rules.yml", kRules),
                                          "--scrape-interval", "100ms"};
  std::string before;
  {
    tests::Sidecar sidecar(folder.Path("data"), flags);
    ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
    ASSERT_EQ(sidecar
                  .Report({"rollback", "--environment", "staging", "--reason",
                           "manual"})
                  .status,
              0);
    ASSERT_TRUE(tests::Eventually(
        [&] { return !(before = Firing(sidecar)).empty(); }, tests::kLongest));
    sidecar.process().Signal(SIGKILL);
    sidecar.process().Wait(tests::kLongest);
  }
  // Another port would be another instance, and another alert.
  tests::Sidecar sidecar(folder.Path("data"), flags);
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  ASSERT_TRUE(tests::Eventually(
      [&] {
        return sidecar.Get("/api/v1/rules")
                   .body.find("\"health\":\"unknown\"") == std::string::npos;
      },
      tests::kLongest));
  EXPECT_EQ(ActiveAt(Firing(sidecar)), ActiveAt(before));
  EXPECT_THAT(sidecar.process().err(), Not(HasSubstr("alert changed")));
}

}  // namespace
}  // namespace rollwatch
