// Debian's Prometheus scrapes the sidecar and evaluates our example rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "net/url.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

constexpr tests::milliseconds kDeadline(60'000);

std::string Example(std::string_view name) {
  return absl::StrFormat("%s/examples/%s", ROLLWATCH_SOURCE_DIR, name);
}

void Replace(std::string& text, std::string_view from, std::string_view to) {
  ASSERT_NE(text.find(from), std::string::npos) << from;
  for (std::size_t i = text.find(from); i != std::string::npos;
       i = text.find(from, i + to.size())) {
    text.replace(i, from.size(), to);
  }
}

// The value of a label of the firing alert of this name; "" while none fires.
std::string FiringLabel(const std::string& server, std::string_view alert,
                        std::string_view label) {
  const net::HttpResponse answer =
      tests::Fetch("GET", server + "/api/v1/alerts");
  const base::Source source("alerts", answer.body);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  const base::Json* data = json ? json->Find("data") : nullptr;
  const base::Json* alerts = data != nullptr ? data->Find("alerts") : nullptr;
  if (alerts == nullptr) return "";
  for (const base::Json& one : alerts->elements) {
    const base::Json* labels = one.Find("labels");
    if (one.TextOf("state") == "firing" && labels != nullptr &&
        labels->TextOf("alertname") == alert) {
      return std::string(labels->TextOf(label));
    }
  }
  return "";
}

class PrometheusTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::Run({"prometheus", "--version"}).status != 0) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("data"),
        std::vector<std::string>{"--rules", Example("alerts.yml"),
                                 "--scrape-interval", "1s",
                                 "--evaluation-interval", "1s"});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
  }

  // Scrapes the sidecar; the URL is in prometheus_ afterwards.
  void StartPrometheus(const std::string& config) {
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file", folder_.Write("prometheus.yml", config),
        "--storage.tsdb.path", folder_.Path("tsdb"), "--web.listen-address",
        "127.0.0.1:0", "--enable-feature=exemplar-storage"});
    const std::string address =
        process_->WaitForText("msg=\"Listening on\" address=", kDeadline);
    ASSERT_NE(address, "") << process_->err();
    prometheus_ = "http://" + address;
  }

  // Whether an instant query on Prometheus has a result.
  bool Holds(std::string_view query) const {
    return tests::Fetch("GET", prometheus_ + "/api/v1/query?query=" +
                                   net::PercentEncode(query))
               .body.find("\"value\":[") != std::string::npos;
  }

  // Reports a rollback, and waits until it is noticed by both.
  void ExpectRollbackFires() {
    // increase() needs a sample from before the event.
    ASSERT_TRUE(tests::Eventually(
        [this] {
          return Holds(
              "count_over_time(deployment_rollback_total{environment="
              "\"staging\",reason=\"manual\"}[1m]) >= 2");
        },
        kDeadline))
        << process_->err();
    const tests::Finished report = sidecar_->Report(
        {"rollback", "--environment", "staging", "--reason", "manual"});
    ASSERT_EQ(report.status, 0) << report.err;
    for (const std::string& server : {prometheus_, sidecar_->scrapes()}) {
      std::string environment;
      EXPECT_TRUE(tests::Eventually(
          [&] {
            environment =
                FiringLabel(server, "RollbackDetected", "environment");
            return !environment.empty();
          },
          kDeadline))
          << server;
      EXPECT_EQ(environment, "staging") << server;
      EXPECT_EQ(FiringLabel(server, "RollbackDetected", "reason"), "manual");
    }
  }

  std::string Target() const {
    return sidecar_->scrapes().substr(std::string_view("http://").size());
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
  std::unique_ptr<tests::Process> process_;
  std::string prometheus_;
};

TEST_F(PrometheusTest, RollbackFiresInPrometheusAndInRollwatch) {
  StartPrometheus(
      absl::StrFormat("global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
                      "rule_files: ['%s']\n"
                      "scrape_configs:\n"
                      "- job_name: rollwatch\n"
                      "  static_configs:\n"
                      "  - targets: ['%s']\n",
                      Example("alerts.yml"), Target()));
  ExpectRollbackFires();
}

TEST_F(PrometheusTest, ExampleConfigurationKeepsOurEnvironment) {
  std::string config = tests::ReadFile(Example("prometheus.yml"));
  Replace(config, "interval: 15s", "interval: 1s");
  Replace(config, "- alerts.yml", "- " + Example("alerts.yml"));
  Replace(config, "127.0.0.1:10970", Target());
  // The target label that would take the place of ours.
  ASSERT_NE(config.find("environment: tools"), std::string::npos);
  StartPrometheus(config);
  ExpectRollbackFires();
  EXPECT_FALSE(Holds("{exported_environment!=\"\"}"));
}

// What leads from a point on a graph to the pipeline's run.
TEST_F(PrometheusTest, ExemplarsLinkToTheRun) {
  StartPrometheus(
      absl::StrFormat("global: {scrape_interval: 1s}\n"
                      "scrape_configs:\n"
                      "- job_name: rollwatch\n"
                      "  static_configs:\n"
                      "  - targets: ['%s']\n",
                      Target()));
  const tests::Finished report = sidecar_->Report(
      {"deployment", "--environment", "staging", "--status", "success",
       "--duration", "90s", "--run-url", "https://ci.example/runs/41"});
  ASSERT_EQ(report.status, 0) << report.err;
  for (const std::string query :
       {"deployment_total", "deployment_duration_seconds_bucket"}) {
    std::string answer;
    EXPECT_TRUE(tests::Eventually(
        [&] {
          answer =
              tests::Fetch("GET", prometheus_ +
                                      "/api/v1/query_exemplars?query=" + query +
                                      "&start=0&end=9999999999")
                  .body;
          return answer.find("{\"run_url\":\"https://ci.example/runs/41\"}") !=
                 std::string::npos;
        },
        kDeadline))
        << answer;
    EXPECT_NE(answer.find(query == "deployment_total" ? "\"value\":\"1\""
                                                      : "\"value\":\"90\""),
              std::string::npos)
        << answer;
  }
}

}  // namespace
}  // namespace rollwatch
