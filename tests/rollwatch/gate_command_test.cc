// `rollwatch gate` as a program, on recorded data and without a server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kStart = 1'700'000'000;
constexpr char kHead[] = "groups: [{name: g, rules: [";

struct Series {
  std::string name;
  // The value at a minute; "" for no sample.
  std::function<std::string(int)> value;
};

// A sample a minute for 20 minutes.
std::string Page(const std::vector<Series>& series) {
  std::string page;
  for (const Series& one : series) {
    for (int minute = 0; minute <= 20; ++minute) {
      const std::string value = one.value(minute);
      if (value.empty()) continue;
      absl::StrAppendFormat(&page, "%s %s %d000\n", one.name, value,
                            kStart + minute * 60);
    }
  }
  return page;
}

Series Constant(std::string name, std::string value) {
  return {std::move(name), [value](int) { return value; }};
}

class GateCommandTest : public testing::Test {
 protected:
  static tests::Finished Gate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {tests::Rollwatch(), "gate"});
    return tests::Run(arguments);
  }

  std::string Rules(const std::string& rules) const {
    return folder_.Write("rules.yml", kHead + rules + "]}]");
  }

  tests::Finished OnData(const std::string& rules,
                         const std::vector<Series>& series,
                         std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {Rules(rules), "--data",
                                         folder_.Write("p", Page(series))});
    return Gate(arguments);
  }

  tests::TemporaryFolder folder_;
};

TEST_F(GateCommandTest, GoesOnBelowTheBound) {
  const tests::Finished run =
      OnData("{alert: A, expr: load > 5}", {Constant("load{job=\"a\"}", "3")});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out,
            "2023-11-14T22:33:20Z quiet   A value: 3 load{job=\"a\"}; bound: > "
            "5; query: load\n"
            "GO\n"
            "  no alert of 1 fired in 1 evaluation\n");
}

TEST_F(GateCommandTest, RollsBackWhenAnAlertFires) {
  const tests::Finished run =
      OnData("{alert: A, expr: 5 < load, annotations: {summary: too much}}",
             {Constant("load{job=\"a\"}", "8")});
  EXPECT_EQ(run.status, 1) << run.err;
  EXPECT_EQ(run.out,
            "2023-11-14T22:33:20Z firing  A value: 8 load{job=\"a\"}; bound: > "
            "5; query: load\n"
            "ROLL BACK\n"
            "  A fires, value 8, {alertname=\"A\", job=\"a\"}: too much\n");
}

TEST_F(GateCommandTest, WatchesForAsLongAsItIsTold) {
  const std::string rule = "{alert: A, expr: load > 5, for: 2m}";
  const Series peak{"load", [](int minute) {
                      return minute >= 12 && minute <= 14 ? "9" : "1";
                    }};
  const tests::Finished fires =
      OnData(rule, {peak}, {"--for", "10m", "--interval", "1m"});
  EXPECT_EQ(fires.status, 1) << fires.out;
  // It stops at the first evaluation that fires.
  EXPECT_THAT(fires.out, HasSubstr("2023-11-14T22:27:20Z firing  A"));
  EXPECT_EQ(fires.out.find("22:28:20"), std::string::npos) << fires.out;
  const tests::Finished later =
      OnData(rule, {peak}, {"--for", "6m", "--interval", "1m"});
  EXPECT_EQ(later.status, 0) << later.out;
}

struct DoubtCase {
  const char* name;
  const char* rule;
  const char* message;
};

constexpr DoubtCase kDoubts[] = {
    {"Empty", "{alert: A, expr: nothing > 5}",
     "A: empty: nothing has no result"},
    {"NaN", "{alert: A, expr: zero / zero > 5}", "A: nan: zero / zero is NaN"},
    {"Stale", "{alert: A, expr: 'rate(ended[30m]) > 5'}",
     "A: stale: the last sample of ended is 12m old"},
    {"NothingToDivideBy", "{alert: A, expr: zero / (zero > 0) > 5}",
     "A: empty: zero / (zero > 0) has no result"},
    {"BoundIsEmpty", "{alert: A, expr: load > nothing}",
     "A: empty: nothing has no result"},
    {"OneOfTwo", "{alert: A, expr: load > 50 and nothing > 1}",
     "A: empty: nothing has no result"},
    {"Failing", "{alert: A, expr: 'load * on () pair > 1'}",
     "A: no-answer: found duplicate series"},
};

class DoubtTest : public GateCommandTest,
                  public testing::WithParamInterface<DoubtCase> {};

TEST_P(DoubtTest, IsSaidAloudAndDecidedByOnUnknown) {
  const std::vector<Series> series = {
      Constant("load", "3"),
      Constant("zero", "0"),
      Constant("pair{x=\"1\"}", "1"),
      Constant("pair{x=\"2\"}", "1"),
      {"ended", [](int minute) { return minute <= 8 ? "1" : ""; }}};
  const tests::Finished run = OnData(GetParam().rule, series);
  EXPECT_EQ(run.status, 4) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("COULD NOT TELL\n  "));
  EXPECT_THAT(run.out, HasSubstr(GetParam().message));
  const tests::Finished skipped =
      OnData(GetParam().rule, series, {"--on-unknown", "skip"});
  EXPECT_EQ(skipped.status, 0);
  EXPECT_THAT(skipped.out, HasSubstr("COULD NOT TELL, SKIPPED"));
  EXPECT_THAT(skipped.out, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Doubts, DoubtTest, testing::ValuesIn(kDoubts),
                         [](const auto& test) { return test.param.name; });

TEST_F(GateCommandTest, WhatIsNoComparisonMayBeEmpty) {
  EXPECT_EQ(
      OnData("{alert: A, expr: absent(load)}", {Constant("load", "3")}).status,
      0);
  EXPECT_EQ(
      OnData("{alert: A, expr: absent(gone)}", {Constant("load", "3")}).status,
      1);
}

TEST_F(GateCommandTest, AnErrorThatNeverCameBackIsNotStale) {
  const std::vector<Series> series = {
      Constant("requests{status=\"200\"}", "100"),
      {"requests{status=\"500\"}",
       [](int minute) { return minute <= 3 ? "1" : ""; }}};
  const tests::Finished run = OnData(
      "{alert: A, expr: '(sum(requests{status=\"500\"}) or vector(0)) / "
      "sum(requests) > 0.01'}",
      series);
  EXPECT_EQ(run.status, 0) << run.out;
}

TEST_F(GateCommandTest, FiringOutweighsDoubt) {
  const tests::Finished run =
      OnData("{alert: A, expr: nothing > 5}, {alert: B, expr: load > 1}",
             {Constant("load", "3")});
  EXPECT_EQ(run.status, 1) << run.out;
}

TEST_F(GateCommandTest, RecordingRulesFeedLaterOnes) {
  const tests::Finished run =
      OnData("{record: double, expr: load * 2}, {alert: A, expr: double > 5}",
             {Constant("load", "3")});
  EXPECT_EQ(run.status, 1) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("value: 6 double"));
}

TEST_F(GateCommandTest, GroupsAreChosenByName) {
  const std::string rules = folder_.Write(
      "groups.yml",
      "groups:\n"
      "- {name: staging, rules: [{alert: S, expr: nothing > 1}]}\n"
      "- {name: production, rules: [{alert: P, expr: load > 5}]}\n");
  const std::string page = folder_.Write("p", Page({Constant("load", "3")}));
  EXPECT_EQ(Gate({rules, "--data", page}).status, 4);
  EXPECT_EQ(Gate({rules, "--data", page, "--group", "production"}).status, 0);
  EXPECT_EQ(Gate({rules, "--data", page, "--group", "other"}).status, 2);
}

TEST_F(GateCommandTest, WritesJson) {
  const tests::Finished run =
      OnData("{alert: A, expr: load > 2}", {Constant("load{job=\"a\"}", "3")},
             {"--format", "json"});
  EXPECT_EQ(run.status, 1) << run.err;
  const base::Source source("answer", run.out);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  ASSERT_TRUE(json.has_value()) << run.out;
  EXPECT_EQ(json->TextOf("verdict"), "roll-back");
  EXPECT_EQ(json->Find("exit")->number, 1);
  const base::Json& alert =
      json->Find("evaluations")->elements[0].Find("alerts")->elements[0];
  EXPECT_EQ(alert.TextOf("state"), "firing");
  const base::Json& condition = alert.Find("conditions")->elements[0];
  EXPECT_EQ(condition.TextOf("query"), "load");
  EXPECT_EQ(condition.TextOf("operator"), ">");
  EXPECT_EQ(condition.TextOf("bound"), "2");
  EXPECT_EQ(condition.Find("values")->elements[0].Find("value")->number, 3);
}

TEST_F(GateCommandTest, NoServerCannotTell) {
  const std::string rules = Rules("{alert: A, expr: load > 5}");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{rules},
        std::vector<std::string>{rules, "--server", ""}}) {
    const tests::Finished run = Gate(arguments);
    EXPECT_EQ(run.status, 4);
    EXPECT_THAT(run.out, StartsWith("COULD NOT TELL\n  no server URL"));
  }
  EXPECT_EQ(Gate({rules, "--on-unknown", "skip"}).status, 0);
}

TEST_F(GateCommandTest, AServerThatIsAwayCannotTell) {
  // Port 9 of this machine: nothing listens.
  const tests::Finished run =
      Gate({Rules("{alert: A, expr: load > 5}"), "--server",
            "http://127.0.0.1:9", "--wait", "300ms"});
  EXPECT_EQ(run.status, 4) << run.err;
  EXPECT_THAT(run.out, HasSubstr("unknown A: no-answer: "));
}

TEST_F(GateCommandTest, WrongUseIsWrongWhateverOnUnknownSays) {
  const std::string rules = Rules("{alert: A, expr: load > 5, for: 1m}");
  const std::string none = folder_.Write(
      "none.yml", "groups: [{name: g, rules: [{record: r, expr: load}]}]");
  const std::string mixed =
      folder_.Write("mixed.yml",
                    "groups: [{name: g, rules: [{record: r, expr: load},"
                    "{alert: A, expr: r / load > 1}]}]");
  const std::string bad = folder_.Write("bad.yml", "groups: 1");
  const std::string page = folder_.Write("p", Page({Constant("load", "3")}));
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {rules, "--data", page},  // It cannot fire in no time.
      {none, "--data", page},
      {mixed, "--data", page},
      {bad, "--data", page},
      {rules, "--for", "1m", "--server", "http://x", "--data", page},
      {rules, "--for", "1m", "--server", "nonsense"},
      {rules, "--for", "1m", "--server", "http://x", "--url", "http://y"},
      {rules, "--for", "1m", "--data", page, "--interval", "0"},
      {rules, "--for", "1m", "--time", "1", "--server", "http://x"},
      {rules, "--on-unknown", "maybe"},
  };
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.end(), {"--on-unknown", "skip"});
    const tests::Finished run = Gate(arguments);
    EXPECT_EQ(run.status, 2) << testing::PrintToString(arguments) << run.out;
  }
}

TEST_F(GateCommandTest, DataThatCannotBeReadCannotTell) {
  const std::string rules = Rules("{alert: A, expr: load > 5}");
  EXPECT_EQ(Gate({rules, "--data", folder_.Path("none")}).status, 4);
  EXPECT_EQ(Gate({rules, "--data", folder_.Write("x", "no page {")}).status, 4);
  EXPECT_EQ(Gate({rules, "--data", folder_.Write("e", "")}).status, 4);
}

}  // namespace
}  // namespace rollwatch
