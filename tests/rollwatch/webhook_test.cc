// GitHub's webhooks, signed, against a running sidecar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/signature.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

constexpr char kSecret[] = "the-secret-of-the-webhook";

std::string Payload(std::string_view event) {
  return tests::ReadFile(absl::StrFormat("%s/tests/testdata/github/%s.json",
                                         ROLLWATCH_SOURCE_DIR, event));
}

std::string Sign(std::string_view secret, std::string_view body) {
  std::string signature = "sha256=";
  for (const unsigned char byte : net::HmacSha256(secret, body)) {
    absl::StrAppendFormat(&signature, "%02x", byte);
  }
  return signature;
}

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos;) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

class WebhookTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("hook.secret", std::string(kSecret) + "\n");
    folder_.Write("staging.secret", "the-secret-of-another-webhook\n");
    const std::string config =
        folder_.Write("rollwatch.yml",
                      "tokens:\n"
                      "- {name: shop, file: hook.secret}\n"
                      "- {name: try, file: staging.secret, environments: "
                      "[staging]}\n"
                      "flags:\n"
                      "  github.workflow: ['Deploy to "
                      "production=deployment:production']\n");
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("data"),
        std::vector<std::string>{"--config.file", config});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
  }

  struct Delivery {
    std::string event;
    std::string id;
    std::string body;
    std::string signature = Sign(kSecret, body);
    std::string type = "application/json";
  };
  net::HttpResponse Deliver(const Delivery& delivery) const {
    std::vector<net::Header> headers = {
        {"Content-Type", delivery.type},
        {"User-Agent", "GitHub-Hookshot/044aadd"},
        {"X-GitHub-Event", delivery.event},
        {"X-GitHub-Delivery", delivery.id}};
    if (!delivery.signature.empty()) {
      headers.push_back({"X-Hub-Signature-256", delivery.signature});
    }
    return tests::Fetch("POST", sidecar_->events() + "/api/v1/webhooks/github",
                        delivery.body, headers);
  }
  double Count(std::string_view result) const {
    return sidecar_
        ->Metric(
            absl::StrFormat("rollwatch_webhooks_total{result=\"%s\"}", result))
        .value_or(-1);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
};

constexpr char kSucceeded[] =
    "deployment_total{environment=\"production\",status=\"success\"}";

TEST_F(WebhookTest, CountsOnceHoweverOftenItIsDelivered) {
  EXPECT_EQ(Count("recorded"), 0);
  const Delivery delivery = {"deployment_status", "0b989ba4-242f-11e5-81e1",
                             Payload("deployment_status")};
  const net::HttpResponse first = Deliver(delivery);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "{\"recorded\":1,\"duplicates\":0}\n");
  EXPECT_EQ(Deliver(delivery).body, "{\"recorded\":0,\"duplicates\":1}\n");
  EXPECT_EQ(sidecar_->Metric(kSucceeded), 1);
  EXPECT_EQ(sidecar_->Metric("deployment_duration_seconds_sum{environment="
                             "\"production\"}"),
            612);
  EXPECT_EQ(Count("recorded"), 2);
  EXPECT_EQ(Deliver({"workflow_run", "2", Payload("workflow_run")}).status,
            200);
  EXPECT_EQ(sidecar_->Metric(kSucceeded), 2);
}

TEST_F(WebhookTest, WhatCountsNothingIsAcknowledged) {
  for (const char* event : {"ping", "star", "deployment_review"}) {
    const net::HttpResponse answer = Deliver({event, "1", Payload("ping")});
    EXPECT_EQ(answer.status, 200) << event;
    EXPECT_EQ(
        answer.body,
        absl::StrFormat("{\"ignored\":\"%s counts nothing here\"}\n", event));
  }
  EXPECT_EQ(Deliver({"workflow_run", "2",
                     Replaced(Payload("workflow_run"), "Deploy to production",
                              "Lint")})
                .status,
            200);
  EXPECT_EQ(Count("ignored"), 4);
}

TEST_F(WebhookTest, WithoutTheRightSignatureNothingCounts) {
  const std::string body = Payload("deployment_status");
  const std::string right = Sign(kSecret, body);
  std::string flipped = right;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  struct Case {
    std::string signature;
    int status;
  };
  for (const Case& test : {
           Case{"", 401},
           Case{Sign("another-secret-altogether", body), 403},
           Case{Sign(kSecret, body + " "), 403},
           Case{flipped, 403},
           Case{right.substr(7), 403},
           Case{right.substr(0, right.size() - 1), 403},
           Case{"sha1=" + right.substr(7), 403},
       }) {
    EXPECT_EQ(Deliver({"deployment_status", "1", body, test.signature}).status,
              test.status)
        << test.signature;
  }
  EXPECT_EQ(sidecar_->Metric(kSucceeded), 0);
  EXPECT_EQ(Count("refused"), 7);
  // A signature opens no other address.
  EXPECT_EQ(tests::Fetch("POST", sidecar_->events() + "/api/v1/events", body,
                         {{"X-Hub-Signature-256", right}})
                .status,
            401);
}

TEST_F(WebhookTest, WrongOnesAreRejectedAsOtherEventsAre) {
  const std::string body = Payload("deployment_status");
  const std::string elsewhere = "the-secret-of-another-webhook";
  const net::HttpResponse beyond =
      Deliver({"deployment_status", "1", body, Sign(elsewhere, body)});
  EXPECT_EQ(beyond.status, 403);
  EXPECT_THAT(beyond.body, HasSubstr("may not report the environment"));
  const net::HttpResponse unknown = Deliver(
      {"deployment_status", "2", Replaced(body, "\"production\"", "\"qa\"")});
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr("no environment known here"));
  EXPECT_EQ(Deliver({"deployment_status", "3", "{"}).status, 400);
  EXPECT_EQ(Deliver({"", "4", body}).status, 400);
  Delivery form = {"deployment_status", "5", "payload=%7B%7D"};
  form.type = "application/x-www-form-urlencoded";
  EXPECT_EQ(Deliver(form).status, 415);
  EXPECT_EQ(Count("rejected"), 5);
  EXPECT_EQ(sidecar_->Metric(kSucceeded), 0);
}

TEST_F(WebhookTest, DumpOfDeliveriesIsReplayedOnce) {
  const Delivery seen = {"deployment_status", "7f3c",
                         Payload("deployment_status")};
  EXPECT_EQ(Deliver(seen).status, 200);
  EXPECT_EQ(sidecar_->process().Wait(tests::milliseconds(0)), -1);
  sidecar_.reset();
  const auto line = [](std::string_view event, std::string_view id) {
    return Replaced(absl::StrFormat(
                        R"({"guid":"%s","event":"%s","request":{"headers":)"
                        R"({"X-GitHub-Delivery":"%s","X-GitHub-Event":"%s"},)"
                        R"("payload":%s}})",
                        id, event, id, event, Payload(event)),
                    "\n", "") +
           "\n";
  };
  const std::string dump = folder_.Write(
      "deliveries.jsonl",
      line("ping", "1") + line("deployment_status", "7f3c") +
          line("workflow_run", "2") + line("deployment_status", "3"));
  const auto import = [&](std::vector<std::string> more) {
    std::vector<std::string> all = {
        tests::Rollwatch(),
        "journal",
        "import",
        "--storage.path",
        folder_.Path("data"),
        "--github.workflow",
        "Deploy to production=deployment:production"};
    all.insert(all.end(), more.begin(), more.end());
    all.push_back(dump);
    return tests::Run(all);
  };
  const tests::Finished dry = import({"--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("nothing is written: 2 new, 1 known already"))
      << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("status=\"success\"}  1 -> 3 (+2)"));
  EXPECT_THAT(import({}).out, HasSubstr("imported: 2 new, 1 known already"));
  EXPECT_THAT(import({}).out, HasSubstr("imported: 0 new, 3 known already"));
}

TEST(WebhookOptionTest, WrongWorkflowsAreNamed) {
  struct Case {
    const char* value;
    const char* want;
  };
  for (const Case& test : {
           Case{"Deploy", "is not NAME=KIND:ENVIRONMENT"},
           Case{"=deployment:staging", "is not NAME=KIND:ENVIRONMENT"},
           Case{"Deploy=rollback:staging",
                "a run counts as deployment or smoke-test"},
           Case{"Deploy=deployment:qa", "\"qa\" is no environment known here"},
       }) {
    const tests::TemporaryFolder folder;
    const tests::Finished run =
        tests::Run({tests::Rollwatch(), "serve", "--storage.path",
                    folder.Path("data"), "--github.workflow", test.value});
    EXPECT_EQ(run.status, 1) << test.value;
    EXPECT_THAT(run.err, HasSubstr(test.want));
  }
}

}  // namespace
}  // namespace rollwatch
