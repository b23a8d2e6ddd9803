// rollwatch schema pull, of Debian's Prometheus that scrapes the sidecar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "net/url.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr tests::milliseconds kDeadline(60'000);

class SchemaPullTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::Run({"prometheus", "--version"}).status != 0) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
    sidecar_ = std::make_unique<tests::Sidecar>(folder_.Path("data"));
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
    const std::string target =
        sidecar_->scrapes().substr(std::string_view("http://").size());
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file",
        folder_.Write("prometheus.yml",
                      absl::StrFormat("global: {scrape_interval: 1s}\n"
                                      "scrape_configs:\n"
                                      "- job_name: rollwatch\n"
                                      "  static_configs: [{targets: ['%s']}]\n",
                                      target)),
        "--storage.tsdb.path", folder_.Path("tsdb"), "--web.listen-address",
        "127.0.0.1:0"});
    const std::string address =
        process_->WaitForText("msg=\"Listening on\" address=", kDeadline);
    ASSERT_NE(address, "") << process_->err();
    prometheus_ = "http://" + address;
    ASSERT_TRUE(tests::Eventually(
        [&] {
          return tests::Fetch("GET", prometheus_ +
                                         "/api/v1/query?query=deployment_total")
                     .body.find("\"value\":[") != std::string::npos;
        },
        kDeadline))
        << process_->err();
  }

  tests::Finished Rollwatch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), tests::Rollwatch());
    return tests::Run(arguments);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
  std::unique_ptr<tests::Process> process_;
  std::string prometheus_;
};

TEST_F(SchemaPullTest, WritesWhatTheServerHas) {
  const std::string path = folder_.Path("schema.yml");
  const tests::Finished pull =
      Rollwatch({"schema", "pull", "--server", prometheus_, "--output", path});
  ASSERT_EQ(pull.status, 0) << pull.err;
  const std::string schema = tests::ReadFile(path);
  EXPECT_THAT(schema, HasSubstr(R"(  - name: deployment_total
    type: counter
    help: "Deployments that finished, by outcome."
    range: [0, +Inf]
    as_stored: true
    seen: true
    labels:
      - name: environment
        values: [production, staging]
        others: maybe
      - name: instance
)"));
  EXPECT_THAT(schema, HasSubstr("values: [failed, rolled_back, success]"));
  EXPECT_THAT(schema, HasSubstr("buckets: [60, 120, 300, 600, 1800, 3600]"));
  EXPECT_THAT(schema, Not(HasSubstr("name: up\n")));

  // It says as much of rules as it saw, and no more.
  const tests::Finished fine = Rollwatch(
      {"check", "--fail-on", "info", "--schema", path,
       absl::StrFormat("%s/examples/alerts.yml", ROLLWATCH_SOURCE_DIR)});
  EXPECT_EQ(fine.status, 0) << fine.out;
  const tests::Finished found = Rollwatch(
      {"check", "--schema", path,
       folder_.Write("rules.yml",
                     "groups:\n- name: g\n  rules:\n"
                     "  - alert: A\n    expr: deployment_total{region=\"eu\"} "
                     "unless deployment_total{status=\"lost\"}\n")});
  EXPECT_EQ(found.status, 3) << found.err;
  EXPECT_THAT(found.out, HasSubstr("error: group \"g\", rule 1, \"A\": "
                                   "deployment_total has no label \"region\""));
  EXPECT_THAT(found.out, HasSubstr("info: group \"g\", rule 1, \"A\": no "
                                   "status of deployment_total was seen"));
}

TEST_F(SchemaPullTest, ASelectorChoosesTheSeries) {
  const tests::Finished pull =
      Rollwatch({"schema", "pull", "--server", prometheus_ + "/", "--match",
                 "smoke_test_total"});
  ASSERT_EQ(pull.status, 0) << pull.err;
  EXPECT_THAT(pull.out, HasSubstr("name: smoke_test_total"));
  EXPECT_THAT(pull.out, Not(HasSubstr("deployment_total")));
}

TEST_F(SchemaPullTest, TheServersErrorIsTold) {
  const tests::Finished pull = Rollwatch(
      {"schema", "pull", "--server", prometheus_, "--match", "smoke_test{"});
  EXPECT_EQ(pull.status, 4);
  EXPECT_THAT(pull.err, HasSubstr("answers 400: "));
}

TEST(SchemaPull, WithoutAServerItIsWrongUse) {
  const tests::Finished none =
      tests::Run({tests::Rollwatch(), "schema", "pull"});
  EXPECT_EQ(none.status, 2);
  const tests::Finished nobody = tests::Run(
      {tests::Rollwatch(), "schema", "pull", "--server", "http://127.0.0.1:9"});
  EXPECT_EQ(nobody.status, 4) << nobody.err;
}

}  // namespace
}  // namespace rollwatch
