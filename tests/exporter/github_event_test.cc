// GitHub's webhooks, as whole payloads that each case changes in one place.

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "exporter/foreign_event.h"
#include "schema/schema.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z

const std::vector<GithubWorkflow>& Workflows() {
  static const std::vector<GithubWorkflow> workflows = {
      {"Deploy to production", EventKind::kDeployment, "production"},
      {"Smoke test", EventKind::kSmokeTest, "staging"},
  };
  return workflows;
}

struct Case {
  const char* name;
  const char* event;  // Whose payload is read, from testdata/github.
  const char* from;   // What is replaced in it, wherever it stands;
  const char* to;     // "" for nothing.
  const char* want;   // Our JSON, "ignored: ..." or the first error.
};

// clang-format off
#define DEPLOYED R"({"id":"github:7f3c","kind":"deployment","time":"2026-11-22T09:53:12.000Z","environment":"production",)"
#define COMMIT R"("deployment_id":"3f2a9c1be07d4a5f92c6d1e8b7a0453c9d6e2f10")"
#define JOB R"("run_url":"https://github.com/lindwerk/shop/actions/runs/19483320117/job/55760018442"})"
#define RAN R"({"id":"github:7f3c","kind":"deployment","time":"2026-11-22T09:53:31.000Z","environment":"production",)"
#define TESTED R"({"id":"github:7f3c","kind":"smoke-test","time":"2026-11-22T09:53:31.000Z","environment":"staging",)"
#define RUN R"("run_url":"https://github.com/lindwerk/shop/actions/runs/19483320117"})"
constexpr Case kCases[] = {
    {"DeploymentThatSucceeded", "deployment_status", "", "",
     DEPLOYED R"("status":"success","duration":612,)" COMMIT "," JOB},
    {"DeploymentThatFailed", "deployment_status", R"("state": "success")", R"("state": "failure")",
     DEPLOYED R"("status":"failed","duration":612,)" COMMIT "," JOB},
    {"DeploymentThatCouldNotRun", "deployment_status", R"("state": "success")", R"("state": "error")",
     DEPLOYED R"("status":"failed","duration":612,)" COMMIT "," JOB},
    {"DeploymentThatBeganHasNoDuration", "deployment_status", R"("state": "success")", R"("state": "in_progress")",
     DEPLOYED R"("status":"started",)" COMMIT "," JOB},
    {"DeploymentThatWaits", "deployment_status", R"("state": "success")", R"("state": "queued")",
     "ignored: deployment_status \"queued\" counts nothing here"},
    {"DeploymentThatALaterOneReplaced", "deployment_status", R"("state": "success")", R"("state": "inactive")",
     "ignored: deployment_status \"inactive\" counts nothing here"},
    {"StateOfTomorrow", "deployment_status", R"("state": "success")", R"("state": "paused")",
     "ignored: deployment_status \"paused\" counts nothing here"},
    {"WithoutLogTheTargetIsTheLink", "deployment_status", R"("log_url": "https://github.com/lindwerk/shop/actions/runs/19483320117/job/55760018442")", R"("log_url": "")",
     DEPLOYED R"("status":"success","duration":612,)" COMMIT "," JOB},
    {"LinkThatIsNoWebAddressIsLeftOut", "deployment_status", R"("log_url": "https:)", R"("log_url": "git:)",
     DEPLOYED R"("status":"success","duration":612,)" COMMIT "}"},
    {"EndBeforeItsBeginHasNoDuration", "deployment_status", "2026-11-22T09:43:00Z", "2026-11-22T09:58:00Z",
     DEPLOYED R"("status":"success",)" COMMIT "," JOB},
    {"EnvironmentMustBeKnown", "deployment_status", R"("environment": "production")", R"("environment": "qa")",
     "event 1: environment \"qa\" is no environment known here (allowed: staging, production)"},
    {"StateIsNeeded", "deployment_status", R"("state": "success")", R"("state": null)",
     "event 1: deployment_status.state is missing (allowed: a string)"},
    {"EnvironmentIsNeeded", "deployment_status", R"("environment": "production")", R"("environment": 7)",
     "event 1: deployment_status.environment is missing (allowed: a string)"},
    {"TimeMustBeOne", "deployment_status", "2026-11-22T09:53:12Z", "yesterday",
     "event 1: deployment_status.created_at \"yesterday\" is no time (allowed: RFC 3339 (2026-11-23T12:00:00Z))"},
    {"RunThatSucceeded", "workflow_run", "", "",
     RAN R"("status":"success","duration":746,)" COMMIT "," RUN},
    {"RunThatTimedOut", "workflow_run", R"("conclusion": "success")", R"("conclusion": "timed_out")",
     RAN R"("status":"failed","duration":746,)" COMMIT "," RUN},
    {"RunThatWasCancelled", "workflow_run", R"("conclusion": "success")", R"("conclusion": "cancelled")",
     "ignored: workflow_run \"cancelled\" counts nothing here"},
    {"RunOfASmokeTest", "workflow_run", "Deploy to production", "Smoke test",
     TESTED R"("result":"passed","duration":746,)" COMMIT "," RUN},
    {"RunOfAnotherWorkflow", "workflow_run", "Deploy to production", "Lint",
     "ignored: the workflow \"Lint\" is none that counts here (--github.workflow)"},
    {"RunWithoutName", "workflow_run", R"("name": "Deploy to production")", R"("name": null)",
     "event 1: workflow_run.name is missing (allowed: a string)"},
    {"Ping", "ping", "", "", "ignored: ping counts nothing here"},
};
// clang-format on

std::string Payload(std::string_view event) {
  return tests::ReadFile(absl::StrFormat("%s/tests/testdata/github/%s.json",
                                         ROLLWATCH_SOURCE_DIR, event));
}

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to) {
  if (from.empty()) return text;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; ++count) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  EXPECT_GT(count, 0u) << from;
  return text;
}

// As GitHub's API gives a delivery back.
std::string Delivery(std::string_view event, const std::string& payload) {
  return absl::StrFormat(
      R"({"id":12,"guid":"7f3c","event":"%s","status":"OK","request":)"
      R"({"headers":{"Accept":"*/*","X-GitHub-Delivery":"7f3c",)"
      R"("X-Github-Event":"%s"},"payload":%s},"response":{"payload":"ok"}})",
      event, event, payload);
}

std::string Read(std::string_view event, const std::string& text) {
  const base::Source source("payload", text);
  base::Diagnostics diagnostics;
  const auto payload = base::ReadJson(source, diagnostics);
  if (!payload) return "no JSON";
  std::vector<EventError> errors;
  const auto read =
      ReadGithubWebhook({event, "7f3c", *payload}, Workflows(), errors);
  if (!errors.empty()) return ToString(errors.front());
  if (!read->event) return "ignored: " + read->ignored;
  if (const auto error = Validate(*read->event, schema::Schema::Ours(), kNow)) {
    return ToString(*error);
  }
  return ToJson(*read->event);
}

class GithubEventTest : public testing::TestWithParam<Case> {};

TEST_P(GithubEventTest, IsReadInOurTerms) {
  const Case& test = GetParam();
  EXPECT_EQ(Read(test.event, Replaced(Payload(test.event), test.from, test.to)),
            test.want);
}

// A dump of deliveries says the same as the webhooks said.
TEST_P(GithubEventTest, DumpIsReadAlike) {
  const Case& test = GetParam();
  const std::string text =
      Delivery(test.event, Replaced(Payload(test.event), test.from, test.to));
  std::vector<EventError> errors;
  const auto events =
      ParseEvents(text, schema::Schema::Ours(), kNow, errors, {}, Workflows());
  std::string got = "ignored: ";
  if (!errors.empty()) got = ToString(errors.front());
  if (!events.empty()) got = ToJson(events.front());
  EXPECT_TRUE(got == test.want ||
              (got == "ignored: " &&
               std::string_view(test.want).starts_with("ignored: ")))
      << got;
}

INSTANTIATE_TEST_SUITE_P(Kinds, GithubEventTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(GithubEventsTest, RunThatBeganIsAStartedDeployment) {
  const std::string text =
      Replaced(Replaced(Payload("workflow_run"), R"("action": "completed")",
                        R"("action": "in_progress")"),
               R"("conclusion": "success")", R"("conclusion": null)");
  EXPECT_EQ(Read("workflow_run", text),
            RAN R"("status":"started",)" COMMIT "," RUN);
  EXPECT_EQ(Read("workflow_run",
                 Replaced(text, "Deploy to production", "Smoke test")),
            "ignored: workflow_run \"in_progress\" counts nothing here");
}

TEST(GithubEventsTest, BothHeadersAreNeeded) {
  const base::Json none;
  std::vector<EventError> errors;
  EXPECT_FALSE(ReadGithubWebhook({"", "7f3c", none}, {}, errors));
  EXPECT_FALSE(ReadGithubWebhook({"ping", "", none}, {}, errors));
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].field, "X-GitHub-Event");
  EXPECT_EQ(errors[1].field, "X-GitHub-Delivery");
}

// A row that no payload can reach would be wrong in silence.
TEST(GithubEventsTest, EveryRowIsReached) {
  for (const ForeignRow& row : ForeignEvents()) {
    if (row.vocabulary != Vocabulary::kGithub) continue;
    std::string text = Payload(row.type);
    text =
        row.type == "deployment_status"
            ? Replaced(text, R"("state": "success")",
                       absl::StrFormat(R"("state": "%s")", row.outcome))
            : Replaced(text, R"("conclusion": "success")",
                       absl::StrFormat(R"("conclusion": "%s")", row.outcome));
    if (row.kind == EventKind::kSmokeTest) {
      text = Replaced(text, "Deploy to production", "Smoke test");
    }
    EXPECT_NE(Read(row.type, text)
                  .find(absl::StrFormat(R"("%s":"%s")", row.field, row.value)),
              std::string::npos)
        << row.type << " " << row.outcome;
  }
}

}  // namespace
}  // namespace exporter
