// SIGHUP and POST /-/reload.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "absl/strings/str_format.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

std::string Rules(std::string_view alert, std::string_view hold = "0s") {
  return absl::StrFormat(
      "groups:\n"
      "- name: g\n"
      "  interval: 100ms\n"
      "  rules:\n"
      "  - {alert: %s, expr: vector(1), for: %s}\n",
      alert, hold);
}

class ReloadTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("rules.yml", Rules("Before"));
    folder_.Write("rollwatch.yml", "environments: [staging]\n");
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("data"),
        std::vector<std::string>{"--rules", folder_.Path("rules.yml"),
                                 "--config.file", folder_.Path("rollwatch.yml"),
                                 "--web.enable-lifecycle", "--scrape-interval",
                                 "1s", "--evaluation-interval", "1s"});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
  }

  net::HttpResponse Reload() {
    return tests::Fetch("POST", sidecar_->scrapes() + "/-/reload");
  }

  bool Shows(std::string_view text) {
    return tests::Eventually(
        [&] {
          return sidecar_->Get("/api/v1/alerts").body.find(text) !=
                 std::string::npos;
        },
        tests::kLongest);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
};

TEST_F(ReloadTest, NewRulesAreEvaluated) {
  ASSERT_TRUE(Shows("Before"));
  folder_.Write("rules.yml", Rules("After"));
  EXPECT_EQ(Reload().status, 200);
  EXPECT_TRUE(Shows("After"));
  EXPECT_THAT(sidecar_->Get("/api/v1/alerts").body,
              testing::Not(HasSubstr("Before")));
}

TEST_F(ReloadTest, SighupDoesTheSame) {
  folder_.Write("rules.yml", Rules("After"));
  sidecar_->process().Signal(SIGHUP);
  EXPECT_TRUE(Shows("After"));
}

TEST_F(ReloadTest, PendingAlertOfAnUnchangedRuleGoesOn) {
  folder_.Write("rules.yml", Rules("Slow", "1h"));
  ASSERT_EQ(Reload().status, 200);
  ASSERT_TRUE(Shows("pending"));
  const std::string body = sidecar_->Get("/api/v1/alerts").body;
  const std::size_t at = body.find("\"activeAt\":");
  ASSERT_NE(at, std::string::npos) << body;
  const std::string since = body.substr(at, 40);
  folder_.Write("rules.yml", Rules("Slow", "2h"));
  ASSERT_EQ(Reload().status, 200);
  ASSERT_TRUE(tests::Eventually(
      [&] {
        return sidecar_->Get("/api/v1/rules").body.find("\"duration\":7200") !=
               std::string::npos;
      },
      tests::kLongest));
  EXPECT_THAT(sidecar_->Get("/api/v1/alerts").body, HasSubstr(since));
}

TEST_F(ReloadTest, OneWrongFileKeepsEverything) {
  folder_.Write("rules.yml", Rules("After"));
  folder_.Write("rollwatch.yml", "environments: [staging]\nnonsense: 1\n");
  const net::HttpResponse wrong = Reload();
  EXPECT_EQ(wrong.status, 500);
  EXPECT_THAT(wrong.body, HasSubstr("rollwatch.yml:2:1: error: "));
  folder_.Write("rollwatch.yml", "environments: [staging, qa]\n");
  const net::HttpResponse restart = Reload();
  EXPECT_EQ(restart.status, 500);
  EXPECT_THAT(restart.body, HasSubstr("by a restart only"));
  folder_.Write("rollwatch.yml", "environments: [staging]\n");
  folder_.Write("rules.yml",
                "groups: [{name: g, rules: [{alert: A, expr: '('}]}]");
  EXPECT_EQ(Reload().status, 500);
  EXPECT_TRUE(Shows("Before"));
}

TEST(LifecycleTest, IsOffByDefault) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"));
  ASSERT_TRUE(sidecar.ok());
  EXPECT_EQ(tests::Fetch("POST", sidecar.scrapes() + "/-/reload").status, 403);
}

}  // namespace
}  // namespace rollwatch
