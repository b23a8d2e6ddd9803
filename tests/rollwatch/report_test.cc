// `rollwatch report` against a real sidecar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Finished;
using tests::milliseconds;

constexpr char kNobody[] = "http://127.0.0.1:1";  // tcpmux: no one has it.

class ReportTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sidecar_.ok()) << sidecar_.process().err();
  }

  tests::TemporaryFolder folder_;
  tests::Sidecar sidecar_{folder_.Path("data")};
};

TEST(ReportTokenTest, IsNamedOnThePage) {
  const tests::TemporaryFolder folder;
  const std::string token =
      folder.Write("token", "a-token-of-the-release-team\n");
  const std::vector<std::string> config = {
      "--config.file",
      folder.Write("rollwatch.yml",
                   "tokens: [{name: release, file: token}]\n")};
  auto sidecar = std::make_unique<tests::Sidecar>(folder.Path("data"), config);
  ASSERT_TRUE(sidecar->ok());
  const auto report = [&](std::vector<std::string> flags) {
    std::vector<std::string> arguments = {
        "rollback", "--environment", "staging", "--reason",
        "manual",   "--id",          "1"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return sidecar->Report(arguments).status;
  };
  EXPECT_EQ(report({}), 1);
  EXPECT_THAT(sidecar->Get("/").body, HasSubstr("No event was ever reported"));
  EXPECT_EQ(report({"--http.bearer-token-file", token}), 0);
  EXPECT_THAT(sidecar->Get("/").body, HasSubstr("by token release<"));
  // After a restart too.
  sidecar.reset();
  sidecar = std::make_unique<tests::Sidecar>(folder.Path("data"), config);
  ASSERT_TRUE(sidecar->ok());
  EXPECT_THAT(sidecar->Get("/").body, HasSubstr("by token release<"));
}

TEST_F(ReportTest, EveryKindIsCounted) {
  struct Case {
    std::vector<std::string> arguments;
    const char* series;
    double value;
  };
  const Case cases[] = {
      {{"deployment", "--environment", "staging", "--status", "rolled_back",
        "--duration", "1m30s", "--run-url", "https://ci.example/1"},
       "deployment_total{environment=\"staging\",status=\"rolled_back\"}",
       1},
      {{"rollback", "--environment", "production", "--reason", "manual"},
       "deployment_rollback_total{environment=\"production\",reason="
       "\"manual\"}",
       1},
      {{"canary", "--environment", "staging", "--deployment-id", "4f2a",
        "--percentage", "12.5"},
       "canary_traffic_percentage{deployment_id=\"4f2a\",environment="
       "\"staging\"}",
       12.5},
      {{"smoke-test", "--environment", "staging", "--result", "failed"},
       "smoke_test_total{environment=\"staging\",result=\"failed\"}",
       1},
      {{"query", "--workflow", "deploy-staging", "--result", "timeout",
        "--duration", "0.35"},
       "prometheus_query_total{result=\"timeout\",workflow=\"deploy-staging\"}",
       1},
  };
  for (const Case& row : cases) {
    const Finished report = sidecar_.Report(row.arguments);
    EXPECT_EQ(report.status, 0) << report.err;
    EXPECT_THAT(report.out, HasSubstr("recorded " + row.arguments[0]));
    EXPECT_EQ(sidecar_.Metric(row.series), row.value) << row.series;
  }
  EXPECT_EQ(sidecar_.Metric("deployment_duration_seconds_sum{environment="
                            "\"staging\"}"),
            90);
  EXPECT_EQ(sidecar_.Metric("prometheus_query_duration_seconds_sum{workflow="
                            "\"deploy-staging\"}"),
            0.35);
}

TEST_F(ReportTest, SameIdCountsOnce) {
  const std::vector<std::string> rollback = {
      "rollback", "--environment", "staging", "--reason",
      "manual",   "--id",          "a"};
  EXPECT_EQ(sidecar_.Report(rollback).out, "recorded rollback a\n");
  EXPECT_EQ(sidecar_.Report(rollback).out, "duplicate rollback a\n");
  const Finished other =
      sidecar_.Report({"rollback", "--environment", "staging", "--reason",
                       "high_error_rate", "--id", "a"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("another reason"));
  EXPECT_EQ(sidecar_.Metric("deployment_rollback_total{environment=\"staging\","
                            "reason=\"manual\"}"),
            1);
}

TEST_F(ReportTest, UnknownEnvironmentIsRefusedAndTheAllowedAreNamed) {
  const Finished report = sidecar_.Report(
      {"rollback", "--environment", "stagin", "--reason", "manual"});
  EXPECT_EQ(report.status, 1);
  EXPECT_THAT(report.err, HasSubstr("staging, production"));
}

TEST_F(ReportTest, JsonAnswerHasIdAndOutcome) {
  const Finished report =
      sidecar_.Report({"rollback", "--environment", "staging", "--reason",
                       "manual", "--id", "x", "--format", "json"});
  EXPECT_EQ(report.out, "{\"outcome\":\"recorded\",\"id\":\"x\"}\n");
}

struct WrapCase {
  const char* name;
  std::vector<std::string> arguments;
  int status;
  const char* series;
};

class WrapTest : public ReportTest,
                 public testing::WithParamInterface<WrapCase> {};

TEST_P(WrapTest, ResultComesFromTheExitStatus) {
  const Finished report = sidecar_.Report(GetParam().arguments);
  EXPECT_EQ(report.status, GetParam().status) << report.err;
  EXPECT_EQ(sidecar_.Metric(GetParam().series), 1) << report.err;
}

const WrapCase kWraps[] = {
    {"DeploymentSucceeds",
     {"deployment", "--environment", "staging", "--", "true"},
     0,
     "deployment_total{environment=\"staging\",status=\"success\"}"},
    {"DeploymentFails",
     {"deployment", "--environment", "staging", "--", "sh", "-c", "exit 7"},
     7,
     "deployment_total{environment=\"staging\",status=\"failed\"}"},
    {"SmokeTestPasses",
     {"smoke-test", "--environment", "production", "--", "true"},
     0,
     "smoke_test_total{environment=\"production\",result=\"passed\"}"},
    {"SmokeTestDiesOfASignal",
     {"smoke-test", "--environment", "production", "--", "sh", "-c",
      "kill -9 $$"},
     137,
     "smoke_test_total{environment=\"production\",result=\"failed\"}"},
    {"QueryTimesOut",
     {"query", "--workflow", "deploy-staging", "--", "sh", "-c", "exit 124"},
     124,
     "prometheus_query_total{result=\"timeout\",workflow=\"deploy-staging\"}"},
    {"CommandIsNotFound",
     {"deployment", "--environment", "staging", "--", "/no/such/command"},
     127,
     "deployment_total{environment=\"staging\",status=\"failed\"}"},
    {"CommandIsNotExecutable",
     {"deployment", "--environment", "staging", "--", "/etc/passwd"},
     126,
     "deployment_total{environment=\"staging\",status=\"failed\"}"},
};

INSTANTIATE_TEST_SUITE_P(Commands, WrapTest, testing::ValuesIn(kWraps),
                         [](const auto& test) { return test.param.name; });

TEST_F(ReportTest, CommandHasOurStreamsAndItsArgumentsStayPrivate) {
  const Finished report = sidecar_.Report(
      {"deployment", "--environment", "staging", "--deployment-id", "4f2a",
       "--", "sh", "-c", "echo to-out; echo to-err >&2", "s3cret"});
  EXPECT_EQ(report.status, 0);
  EXPECT_EQ(report.out, "to-out\n");
  EXPECT_EQ(report.err, "to-err\n");
  EXPECT_THAT(sidecar_.Get("/").body, HasSubstr("4f2a"));
  EXPECT_THAT(sidecar_.Get("/").body, Not(HasSubstr("s3cret")));
  EXPECT_THAT(sidecar_.process().err(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(tests::ReadFile(folder_.Path("data/journal.sqlite")) +
                  tests::ReadFile(folder_.Path("data/journal.sqlite-wal")),
              Not(HasSubstr("s3cret")));
}

// Reports a command that says "ready" when it runs, and sends us a signal.
struct Signalled {
  int status = -1;
  milliseconds took{0};
  std::string err;
};
Signalled SendSignal(const tests::Sidecar& sidecar, const std::string& script,
                     int signal) {
  tests::Process report({tests::Rollwatch(), "report", "deployment",
                         "--environment", "staging", "--url", sidecar.events(),
                         "--", "sh", "-c", script});
  report.WaitForText("read", tests::kLongest);
  const auto before = std::chrono::steady_clock::now();
  report.Signal(signal);
  Signalled result;
  tests::Eventually(
      [&] {
        return sidecar.Metric(
                   "deployment_total{environment=\"staging\",status="
                   "\"failed\"}") == 1;
      },
      tests::kLongest);
  result.took = std::chrono::duration_cast<milliseconds>(
      std::chrono::steady_clock::now() - before);
  // The end of a command that ignores the signal.
  report.Signal(SIGTERM);
  result.status = report.Wait(tests::kLongest);
  result.err = report.err();
  return result;
}

TEST_F(ReportTest, CommandsEndIsSeenWhereChildrenAreIgnored) {
  const Finished report = tests::Run(
      {"env", "--ignore-signal=CHLD", "timeout", "--signal=KILL", "20",
       tests::Rollwatch(), "report", "deployment", "--environment", "staging",
       "--url", sidecar_.events(), "--", "sh", "-c", "exit 5"});
  EXPECT_EQ(report.status, 5) << report.err;
}

TEST_F(ReportTest, SignalIsForwardedAndReportedAsFailed) {
  const Signalled result = SendSignal(
      sidecar_, "trap 'exit 0' INT; echo ready; while :; do sleep 0.01; done",
      SIGINT);
  // Its own status, but a deployment that was broken off has failed.
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_LT(result.took, milliseconds(5'000));
}

TEST_F(ReportTest, CommandThatDiesOfTheSignalGivesItsNumber) {
  const Signalled result =
      SendSignal(sidecar_, "echo ready; while :; do sleep 0.01; done", SIGTERM);
  EXPECT_EQ(result.status, 128 + SIGTERM) << result.err;
  EXPECT_LT(result.took, milliseconds(5'000));
}

TEST_F(ReportTest, CommandThatIgnoresTheSignalIsReportedWhileItRuns) {
  const Signalled result = SendSignal(
      sidecar_,
      "trap '' INT; trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; "
      "done",
      SIGINT);
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_LT(result.took, milliseconds(5'000));
}

Finished Report(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {tests::Rollwatch(), "report"});
  return tests::Run(arguments);
}

TEST(ReportWithoutSidecarTest, UnreachableExitsFourAndNamesTheId) {
  const Finished report =
      Report({"rollback", "--environment", "staging", "--reason", "manual",
              "--id", "abc", "--wait", "200ms", "--url", kNobody});
  EXPECT_EQ(report.status, 4);
  EXPECT_THAT(report.err, HasSubstr("--id abc"));
}

TEST(ReportWithoutSidecarTest, CommandsStatusStandsAndAWarningIsGiven) {
  const Finished report =
      Report({"deployment", "--environment", "staging", "--wait", "100ms",
              "--url", kNobody, "--", "sh", "-c", "exit 5"});
  EXPECT_EQ(report.status, 5);
  EXPECT_THAT(report.err, HasSubstr("warning"));
  EXPECT_THAT(report.err, HasSubstr(kNobody));
}

TEST(ReportWithoutSidecarTest, RetriesUntilTheSidecarComes) {
  const tests::TemporaryFolder folder;
  std::string events;
  {
    tests::Sidecar first(folder.Path("data"));
    ASSERT_TRUE(first.ok());
    events = first.events();
  }
  tests::Process report({tests::Rollwatch(), "report", "rollback",
                         "--environment", "staging", "--reason", "manual",
                         "--wait", "30s", "--url", events});
  const std::string address = events.substr(std::string("http://").size());
  tests::Sidecar second(folder.Path("data"), {"--web.events-address", address});
  ASSERT_TRUE(second.ok()) << second.process().err();
  EXPECT_EQ(report.Wait(tests::kLongest), 0) << report.err();
  EXPECT_EQ(second.Metric("deployment_rollback_total{environment=\"staging\","
                          "reason=\"manual\"}"),
            1);
}

struct WrongUseCase {
  const char* name;
  std::vector<std::string> arguments;
  const char* says;
};

class WrongUseTest : public testing::TestWithParam<WrongUseCase> {};

TEST_P(WrongUseTest, ExitsTwoBeforeTheCommandStarts) {
  const tests::TemporaryFolder folder;
  const std::string mark = folder.Path("started");
  std::vector<std::string> arguments = GetParam().arguments;
  for (std::string& argument : arguments) {
    if (argument == "MARK") argument = mark;
  }
  const Finished report = Report(arguments);
  EXPECT_EQ(report.status, 2) << report.err;
  EXPECT_THAT(report.err, HasSubstr(GetParam().says));
  EXPECT_EQ(tests::Run({"test", "-e", mark}).status, 1);
}

const WrongUseCase kWrongUses[] = {
    {"NoKind", {}, "Usage"},
    {"UnknownKind", {"deploy"}, "unknown kind"},
    {"UnknownFlag", {"rollback", "--env", "staging"}, "--env"},
    {"MissingEnvironment",
     {"deployment", "--", "touch", "MARK"},
     "--environment"},
    {"WrongStatus",
     {"deployment", "--environment", "staging", "--status", "ok"},
     "success"},
    {"StatusWithCommand",
     {"deployment", "--environment", "staging", "--status", "success", "--",
      "touch", "MARK"},
     "--status"},
    {"DurationWithCommand",
     {"smoke-test", "--environment", "staging", "--duration", "1s", "--",
      "touch", "MARK"},
     "--duration"},
    {"RollbackHasNoCommand",
     {"rollback", "--environment", "staging", "--reason", "manual", "--",
      "touch", "MARK"},
     "no command to wrap"},
    {"EmptyCommand",
     {"deployment", "--environment", "staging", "--"},
     "behind --"},
    {"PercentageOverHundred",
     {"canary", "--environment", "staging", "--deployment-id", "a",
      "--percentage", "101"},
     "--percentage"},
    {"PercentageIsNoNumber",
     {"canary", "--environment", "staging", "--deployment-id", "a",
      "--percentage", "ten"},
     "not a number"},
    {"DurationIsNone",
     {"query", "--workflow", "w", "--result", "success", "--duration", "fast"},
     "not a duration"},
    {"UrlIsNone",
     {"deployment", "--environment", "staging", "--url", "sidecar:10971", "--",
      "touch", "MARK"},
     "not a URL"},
};

INSTANTIATE_TEST_SUITE_P(CommandLines, WrongUseTest,
                         testing::ValuesIn(kWrongUses),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace rollwatch
