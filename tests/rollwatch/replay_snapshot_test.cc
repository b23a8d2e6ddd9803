// Debian's Prometheus scrapes the sidecar through a rollout that is rolled
// back; replay finds the alert in its snapshot.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/time.h"
#include "net/url.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

constexpr tests::milliseconds kDeadline(60'000);
constexpr char kRules[] = ROLLWATCH_SOURCE_DIR "/examples/alerts.yml";

std::optional<base::Json> ReadJson(const std::string& text) {
  const base::Source source("answer", text);
  base::Diagnostics diagnostics;
  return base::ReadJson(source, diagnostics);
}

class ReplaySnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::Run({"prometheus", "--version"}).status != 0) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("journal"),
        std::vector<std::string>{"--scrape-interval", "1s"});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
    const std::string config = absl::StrFormat(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        "rule_files: ['%s']\n"
        "scrape_configs:\n"
        "- job_name: rollwatch\n"
        "  honor_labels: true\n"
        "  static_configs: [{targets: ['%s']}]\n",
        kRules, sidecar_->scrapes().substr(7));
    prometheus_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file", folder_.Write("config.yml", config),
        "--storage.tsdb.path", folder_.Path("tsdb"), "--web.enable-admin-api",
        "--web.listen-address", "127.0.0.1:0"});
    const std::string address =
        prometheus_->WaitForText("msg=\"Listening on\" address=", kDeadline);
    ASSERT_NE(address, "") << prometheus_->err();
    url_ = "http://" + address;
  }

  // The first value of an instant query's result; nothing when it has none.
  std::optional<double> Ask(std::string_view query) const {
    const auto json = ReadJson(
        tests::Fetch("GET",
                     url_ + "/api/v1/query?query=" + net::PercentEncode(query))
            .body);
    const base::Json* data = json ? json->Find("data") : nullptr;
    const base::Json* result = data != nullptr ? data->Find("result") : nullptr;
    if (result == nullptr || result->elements.empty()) return std::nullopt;
    return std::stod(result->elements[0].Find("value")->elements[1].text);
  }

  bool Until(std::string_view query) const {
    return tests::Eventually([&] { return Ask(query).has_value(); }, kDeadline);
  }

  void Report(std::vector<std::string> event) {
    const tests::Finished run = sidecar_->Report(std::move(event));
    ASSERT_EQ(run.status, 0) << run.err;
  }

  // The folder of a fresh snapshot.
  std::string Snapshot() const {
    const auto json = ReadJson(
        tests::Fetch("POST", url_ + "/api/v1/admin/tsdb/snapshot").body);
    const base::Json* data = json ? json->Find("data") : nullptr;
    if (data == nullptr) return "";
    return folder_.Path("tsdb/snapshots/" + std::string(data->TextOf("name")));
  }

  // The row of the alert in what replay says of the data.
  static std::optional<base::Json> Replayed(const std::string& data,
                                            std::string_view alert) {
    const tests::Finished run =
        tests::Run({tests::Rollwatch(), "replay", kRules, "--data", data,
                    "--interval", "1s", "--format", "json"});
    EXPECT_EQ(run.status, 0) << run.err;
    const auto json = ReadJson(run.out);
    if (!json) return std::nullopt;
    for (const base::Json& row : json->Find("alerts")->elements) {
      if (row.TextOf("alert") == alert) return row;
    }
    return std::nullopt;
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
  std::unique_ptr<tests::Process> prometheus_;
  std::string url_;
};

TEST_F(ReplaySnapshotTest, ShowsTheRollbackAlertsInterval) {
  // increase() needs samples from before the event.
  ASSERT_TRUE(
      Until("count_over_time(deployment_rollback_total{environment=\"staging\","
            "reason=\"manual\"}[1m]) >= 2"))
      << prometheus_->err();
  Report({"deployment", "--environment", "staging", "--status", "started",
          "--deployment-id", "4f2a"});
  Report({"canary", "--environment", "staging", "--deployment-id", "4f2a",
          "--percentage", "10"});
  Report({"rollback", "--environment", "staging", "--reason", "manual"});
  Report({"deployment", "--environment", "staging", "--status", "rolled_back",
          "--deployment-id", "4f2a", "--duration", "90s"});
  constexpr char kFiring[] =
      "ALERTS{alertname=\"RollbackDetected\",alertstate=\"firing\"}";
  ASSERT_TRUE(Until(absl::StrFormat("count_over_time(%s[1m]) >= 3", kFiring)));
  const auto first =
      Ask(absl::StrFormat("min(min_over_time(timestamp(%s)[1m:1s]))", kFiring));
  ASSERT_TRUE(first.has_value());
  const std::string snapshot = Snapshot();
  ASSERT_NE(snapshot, "");

  const auto alert = Replayed(snapshot, "RollbackDetected");
  ASSERT_TRUE(alert.has_value());
  EXPECT_EQ(alert->Find("fired")->number, 1);
  const base::Json& interval = alert->Find("intervals")->elements.front();
  EXPECT_EQ(interval.Find("labels")->TextOf("environment"), "staging");
  EXPECT_EQ(interval.Find("labels")->TextOf("reason"), "manual");
  EXPECT_TRUE(interval.Find("ended_at")->is(base::JsonKind::kNull));
  // Prometheus evaluates within the same second, at a time of its own.
  const auto fired = base::ParseTimestamp(interval.TextOf("fired_at"));
  ASSERT_TRUE(fired.has_value());
  EXPECT_LE(std::fabs(static_cast<double>(*fired) / 1000 - *first), 2.5);
}

TEST_F(ReplaySnapshotTest, WarnsOfAWalThatIsNewerThanTheBlocks) {
  ASSERT_TRUE(Until("count_over_time(up[1m]) >= 3")) << prometheus_->err();
  const std::string snapshot = Snapshot();
  ASSERT_NE(snapshot, "");
  // The data folder itself has no block yet, all is in its WAL.
  const tests::Finished run =
      tests::Run({tests::Rollwatch(), "replay", kRules, "--data",
                  folder_.Path("tsdb"), "--interval", "1s"});
  EXPECT_THAT(run.err, testing::HasSubstr("/api/v1/admin/tsdb/snapshot"));
}

}  // namespace
}  // namespace rollwatch
