// `rollwatch replay` as a program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kStart = 1'700'000'000;

// 1 a minute for an hour; 6 from minute 10 to 19 and from 25 to 29.
std::string Page() {
  std::string page = "# TYPE load gauge\n";
  for (int minute = 0; minute <= 60; ++minute) {
    const bool high = minute / 10 == 1 || minute / 5 == 5;
    absl::StrAppendFormat(&page, "load{job=\"a\"} %d %d000\n", high ? 6 : 1,
                          kStart + minute * 60);
  }
  return page;
}

constexpr char kRules[] =
    "groups:\n"
    "- name: g\n"
    "  rules:\n"
    "  - {alert: High, expr: load > 5, for: 2m}\n"
    "  - {alert: Higher, expr: load > 7}\n"
    "  - {record: double, expr: load * 2}\n";

class ReplayCommandTest : public testing::Test {
 protected:
  tests::Finished Replay(std::vector<std::string> arguments) const {
    std::vector<std::string> all = {tests::Rollwatch(), "replay", rules_,
                                    "--data", data_};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return tests::Run(all, {"LC_ALL=C"});
  }

  tests::TemporaryFolder folder_;
  const std::string rules_ = folder_.Write("rules.yml", kRules);
  const std::string data_ = folder_.Write("page", Page());
};

// Prometheus loads them, and `check` tells.
TEST_F(ReplayCommandTest, RulesWithAWarningAreLoaded) {
  folder_.Write("rules.yml", std::string(kRules) + "...\nmore: text\n");
  EXPECT_EQ(Replay({"--format", "json"}).status, 0);
  folder_.Write("rules.yml", std::string(kRules) + "more: text\n");
  EXPECT_THAT(Replay({}).err, HasSubstr("the rules cannot be loaded"));
}

TEST_F(ReplayCommandTest, DrawsATimeline) {
  const tests::Finished run = Replay({"--width", "63"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(
      run.out,
      "2023-11-14T22:13:20Z to 2023-11-14T23:13:20Z (1h), every 1m\n"
      "2 alerts: 1 fired, 0 only pending, 1 never true\n"
      ". quiet  - pending  # firing\n"
      "\n"
      "  2023-11-14 22:13      2023-11-14 22:43       2023-11-14 23:13\n"
      "High: fired twice for 11m in all, at most 8m; 2m from true to firing; "
      "flapped once\n"
      "  {job=\"a\"}\n"
      "  ..........--#########....--####..............................\n"
      "    2023-11-14T22:23:20Z pending for 2m, 2023-11-14T22:25:20Z firing "
      "for "
      "8m; value 6\n"
      "    2023-11-14T22:38:20Z pending for 2m, 2023-11-14T22:40:20Z firing "
      "for "
      "3m; value 6\n"
      "Higher: never fired\n"
      "  load was 1 to 6, never > 7\n"
      "  in: load > 7\n");
}

TEST_F(ReplayCommandTest, WritesJson) {
  const tests::Finished run = Replay({"--format", "json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const base::Source source("answer", run.out);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  ASSERT_TRUE(json.has_value()) << run.out;
  EXPECT_EQ(json->TextOf("start"), "2023-11-14T22:13:20Z");
  const std::vector<base::Json>& alerts = json->Find("alerts")->elements;
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].TextOf("alert"), "High");
  EXPECT_EQ(alerts[0].Find("fired")->number, 2);
  EXPECT_EQ(alerts[0].Find("flaps")->number, 1);
  EXPECT_EQ(alerts[0].Find("firing_seconds")->number, 660);
  const base::Json& first = alerts[0].Find("intervals")->elements.front();
  EXPECT_EQ(first.TextOf("active_at"), "2023-11-14T22:23:20Z");
  EXPECT_EQ(first.TextOf("fired_at"), "2023-11-14T22:25:20Z");
  EXPECT_EQ(first.TextOf("ended_at"), "2023-11-14T22:33:20Z");
  EXPECT_EQ(first.TextOf("last_true"), "2023-11-14T22:32:20Z");
  EXPECT_EQ(first.Find("highest")->number, 6);
  EXPECT_EQ(first.Find("labels")->TextOf("job"), "a");
  EXPECT_EQ(alerts[1].Find("never")->TextOf("kind"), "never-true");
  EXPECT_EQ(json->Find("recordings")->elements[0].TextOf("record"), "double");
}

TEST_F(ReplayCommandTest, KeepsToStartEndAndInterval) {
  const tests::Finished run =
      Replay({"--start", "2023-11-14T22:23:20Z", "--end",
              "2023-11-14T22:24:20Z", "--interval", "30s", "--warm-up", "0s"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("(1m), every 30s"));
  EXPECT_THAT(run.out, HasSubstr("true for 1m at most, less than its `for` of "
                                 "2m; still pending at the end"));
}

TEST_F(ReplayCommandTest, KnowsWhatIsActiveAtTheStart) {
  const auto replay = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--start", "2023-11-14T22:30:20Z", "--end",
                               "2023-11-14T22:35:20Z", "--width", "21"});
    return Replay(more).out;
  };
  EXPECT_THAT(replay({}),
              HasSubstr("High: fired once for 3m in all, at most 3m; 2m from "
                        "true to firing\n"
                        "  {job=\"a\"}\n"
                        "  ############........\n"
                        "    2023-11-14T22:28:20Z pending for 2m, "
                        "2023-11-14T22:30:20Z firing for 3m; value 6\n"));
  EXPECT_THAT(replay({"--warm-up", "1h"}),
              HasSubstr("  ############........\n"
                        "    2023-11-14T22:23:20Z pending for 2m, "
                        "2023-11-14T22:25:20Z firing for 8m; value 6\n"));
  EXPECT_THAT(replay({"--warm-up", "0s"}),
              HasSubstr("2023-11-14T22:30:20Z pending for 2m, "
                        "2023-11-14T22:32:20Z firing for 1m; value 6\n"));
}

TEST_F(ReplayCommandTest, ComparesTwoVersions) {
  const std::string older = folder_.Write(
      "older.yml",
      "groups: [{name: g, rules: [{alert: High, expr: load > 5, for: 6m}]}]");
  const tests::Finished text = Replay({"--against", older});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.out,
            "moved      High {job=\"a\"}\n"
            "           - 2023-11-14T22:29:20Z for 4m\n"
            "           + 2023-11-14T22:25:20Z for 8m\n"
            "gained     High {job=\"a\"}\n"
            "           + 2023-11-14T22:40:20Z for 3m\n"
            "1 gained, 0 lost, 1 moved, 0 relabelled, 0 unchanged\n");
  const tests::Finished markdown =
      Replay({"--against", older, "--format", "markdown"});
  EXPECT_EQ(markdown.out,
            "### What the change of the rules does\n"
            "\n"
            "Firings on the same data: 1 gained, 0 lost, 1 moved, 0 "
            "relabelled, 0 unchanged.\n"
            "\n"
            "| | alert | labels | before | after |\n"
            "|---|---|---|---|---|\n"
            "| moved | High | `{job=\"a\"}` | 2023-11-14T22:29:20Z for 4m | "
            "2023-11-14T22:25:20Z for 8m |\n"
            "| gained | High | `{job=\"a\"}` |  | 2023-11-14T22:40:20Z for 3m "
            "|\n");
  const tests::Finished json = Replay({"--against", older, "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"change\": \"moved\""));
}

TEST_F(ReplayCommandTest, SaysHowOftenEvaluationsFailed) {
  const std::string rules = folder_.Write(
      "failing.yml",
      "groups: [{name: g, rules: [{alert: A, expr: 'load * on () (load or "
      "label_replace(load > 5, \"job\", \"b\", \"\", \"\"))'}]}]");
  const tests::Finished run =
      tests::Run({tests::Rollwatch(), "replay", rules, "--data", data_});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("15 of 61 evaluations failed, first at "
                                 "2023-11-14T22:23:20Z: found duplicate "
                                 "series for the match group {}"));
}

TEST_F(ReplayCommandTest, ExitStatusTellsWhoIsToBlame) {
  const std::string bad =
      folder_.Write("bad.yml", "groups: [{name: g, rul: 1}]");
  const auto status = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {tests::Rollwatch(), "replay"});
    return tests::Run(arguments).status;
  };
  EXPECT_EQ(status({rules_}), 2);
  EXPECT_EQ(status({rules_, "--data", data_, "--interval", "0"}), 2);
  EXPECT_EQ(status({rules_, "--data", data_, "--start", "2", "--end", "1"}), 2);
  EXPECT_EQ(status({rules_, "--data", data_, "--compat", "old"}), 2);
  EXPECT_EQ(status({bad, "--data", data_}), 1);
  EXPECT_EQ(status({rules_, "--data", data_, "--against", bad}), 1);
  EXPECT_EQ(status({rules_, "--data", folder_.Path("none")}), 4);
  EXPECT_EQ(status({rules_, "--data", folder_.Write("empty", "")}), 4);
}

}  // namespace
}  // namespace rollwatch
