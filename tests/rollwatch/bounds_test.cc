// What the sidecar bounds: series, the age of events, the length of rollouts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

std::string Query(const std::string& id, const std::string& workflow) {
  return R"({"id":")" + id + R"(","kind":"query","workflow":")" + workflow +
         R"(","result":"success"})";
}

std::string Series(const std::string& workflow) {
  return "prometheus_query_total{result=\"success\",workflow=\"" + workflow +
         "\"}";
}

TEST(BoundsTest, SeriesTooManyIsAnsweredAndCounted) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"), {"--series-limit", "7"});
  ASSERT_TRUE(sidecar.ok());
  EXPECT_EQ(sidecar.Post(Query("1", "nightly")).status, 200);
  const net::HttpResponse refused = sidecar.Post(Query("2", "run-42"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"cardinality")"));
  EXPECT_THAT(refused.body, HasSubstr(R"("field":"workflow")"));
  EXPECT_THAT(refused.body, HasSubstr(R"(workflow \"run-42\" would make)"));
  const char* metric = "{metric=\"prometheus_query_total\"}";
  EXPECT_EQ(sidecar.Metric(absl::StrCat("rollwatch_series", metric)), 7);
  EXPECT_EQ(sidecar.Metric(absl::StrCat("rollwatch_series_limit", metric)), 7);
  EXPECT_EQ(
      sidecar.Metric(absl::StrCat("rollwatch_series_rejected_total", metric)),
      1);
  EXPECT_EQ(sidecar.Metric(Series("run-42")), std::nullopt);
}

TEST(BoundsTest, EventOlderThanTheRetentionIsAnswered) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"),
                               {"--storage.retention", "30d"});
  ASSERT_TRUE(sidecar.ok());
  const net::HttpResponse refused = sidecar.Post(
      R"({"id":"1","kind":"rollback","environment":"staging","reason":"manual","time":"2020-01-01T00:00:00Z"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"too-old")"));
  EXPECT_EQ(sidecar.Metric("rollwatch_too_old_total"), 1);
  EXPECT_EQ(tests::Run({tests::Rollwatch(), "serve", "--storage.path",
                        folder.Path("other"), "--storage.retention", "1h"})
                .status,
            2);
}

TEST(BoundsTest, RolloutThatNeverEndsTimesOut) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"),
                               {"--rollout-timeout", "200ms"});
  ASSERT_TRUE(sidecar.ok());
  ASSERT_EQ(
      sidecar
          .Post(
              R"({"id":"1","kind":"deployment","environment":"staging","status":"started","deployment_id":"3f2a"})")
          .status,
      200);
  EXPECT_TRUE(tests::Eventually(
      [&] {
        return sidecar.Metric(
                   "deployment_total{environment=\"staging\",status=\"failed\"}"
                   "") == 1;
      },
      tests::kLongest));
  EXPECT_THAT(
      tests::Run({"sqlite3", "-readonly", folder.Path("data/journal.sqlite"),
                  "SELECT id FROM events WHERE sequence = 2"})
          .out,
      "timeout:3f2a\n");
}

// Scrapes as a server of this name.
std::string Scrape(const tests::Sidecar& sidecar, const char* name) {
  return tests::Fetch("GET", sidecar.scrapes() + "/metrics", "",
                      {{"X-Prometheus-Scrape-Timeout-Seconds", "10"},
                       {"User-Agent", name}})
      .body;
}

TEST(BoundsTest, NewSeriesWaitsForBothPrometheusServersAndForNobodyElse) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"),
                               {"--scrape-interval", "1h"});
  ASSERT_TRUE(sidecar.ok());
  Scrape(sidecar, "a");
  Scrape(sidecar, "b");
  ASSERT_EQ(sidecar.Post(Query("1", "nightly")).status, 200);
  // A look at the page is no scrape.
  EXPECT_EQ(sidecar.Metric(Series("nightly")), 0);
  EXPECT_EQ(sidecar.Metric(Series("nightly")), 0);
  EXPECT_THAT(Scrape(sidecar, "a"), HasSubstr(Series("nightly") + " 0\n"));
  EXPECT_THAT(Scrape(sidecar, "a"), HasSubstr(Series("nightly") + " 0\n"));
  EXPECT_THAT(Scrape(sidecar, "b"), HasSubstr(Series("nightly") + " 0\n"));
  EXPECT_TRUE(tests::Eventually(
      [&] { return sidecar.Metric(Series("nightly")) == 1; }, tests::kLongest));
  EXPECT_THAT(Scrape(sidecar, "a"), HasSubstr(Series("nightly") + " 1\n"));
}

}  // namespace
}  // namespace rollwatch
