// `rollwatch report` to a sidecar behind TLS with client certificates, which
// asks for a token.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using tests::Finished;

class SecureReportTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string web = tests::WriteMutualTls(folder_, authority_);
    folder_.Write("ci.token", "a-token-of-the-pipeline\n");
    folder_.Write("wrong.token", "a-token-of-somebody-else\n");
    const std::string config = folder_.Write(
        "rollwatch.yml",
        "tokens: [{name: ci, file: ci.token, environments: [staging]}]\n");
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("data"),
        std::vector<std::string>{"--web.config.file", web, "--config.file",
                                 config});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
  }

  std::string Path(std::string_view name) const { return folder_.Path(name); }
  // What the pipeline gives of itself, but for its token.
  std::vector<std::string> Certificate() const {
    return {"--http.ca-file",   Path("ca.pem"),    "--http.cert-file",
            Path("client.pem"), "--http.key-file", Path("client.key")};
  }
  Finished Report(std::vector<std::string> arguments,
                  const std::vector<std::string>& more) const {
    arguments.insert(arguments.end(), {"--wait", "1s"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sidecar_->Report(arguments);
  }
  Finished Rollback(std::string_view id,
                    const std::vector<std::string>& more) const {
    return Report({"rollback", "--environment", "staging", "--reason", "manual",
                   "--id", std::string(id)},
                  more);
  }
  std::vector<std::string> With(std::string_view token) const {
    std::vector<std::string> all = Certificate();
    all.insert(all.end(), {"--http.bearer-token-file", Path(token)});
    return all;
  }
  std::string Page() const {
    net::HttpCall call = {.url = sidecar_->scrapes() + "/metrics"};
    call.tls = {.ca_file = Path("ca.pem"),
                .certificate_file = Path("client.pem"),
                .key_file = Path("client.key")};
    const auto answer = net::Send(call);
    return answer.ok() ? answer->body : std::string(answer.status().message());
  }

  const tests::Identity authority_ =
      tests::MakeCertificate({.name = "authority"});
  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Sidecar> sidecar_;
};

TEST_F(SecureReportTest, TokenAndCertificateAreShown) {
  EXPECT_EQ(Rollback("1", With("ci.token")).out, "recorded rollback 1\n");
  EXPECT_THAT(Page(),
              HasSubstr("deployment_rollback_total{environment=\"staging\","
                        "reason=\"manual\"} 1\n"));
}

TEST_F(SecureReportTest, WithoutEitherNothingIsRecorded) {
  const Finished no_token = Rollback("1", Certificate());
  EXPECT_EQ(no_token.status, 1);
  EXPECT_THAT(no_token.err, HasSubstr("an event needs a token"));
  const Finished wrong = Rollback("1", With("wrong.token"));
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("this token is not known"));
  const Finished beyond =
      Report({"rollback", "--environment", "production", "--reason", "manual"},
             With("ci.token"));
  EXPECT_THAT(beyond.err, HasSubstr("may not report the environment"));
  // The handshake fails, which another try could mend.
  EXPECT_EQ(Rollback("1", {"--http.ca-file", Path("ca.pem")}).status, 4);
  EXPECT_EQ(
      Rollback("1", {"--http.bearer-token-file", Path("ci.token")}).status, 4);
  const Finished half = Rollback("1", {"--http.cert-file", Path("client.pem")});
  EXPECT_EQ(half.status, 2);
  EXPECT_THAT(half.err, HasSubstr("go together"));
  EXPECT_THAT(Rollback("1", {"--http.bearer-token-file", Path("none")}).err,
              HasSubstr("none: No such file"));
  EXPECT_THAT(Page(),
              HasSubstr("deployment_rollback_total{environment=\"staging\","
                        "reason=\"manual\"} 0\n"));
}

TEST_F(SecureReportTest, OneFileServesEveryStepOfAJob) {
  const std::string config =
      folder_.Write("client.yml",
                    "authorization: {credentials_file: ci.token}\n"
                    "tls_config: {ca_file: ca.pem, cert_file: client.pem, "
                    "key_file: client.key}\n");
  const std::vector<std::string> environment = {
      "ROLLWATCH_URL=" + sidecar_->events(),
      "ROLLWATCH_HTTP_CONFIG_FILE=" + config};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), tests::Rollwatch());
    return tests::Run(arguments, environment);
  };
  EXPECT_EQ(
      run({"report", "deployment", "--environment", "staging", "--", "true"})
          .status,
      0);
  EXPECT_EQ(run({"report", "smoke-test", "--environment", "staging", "--result",
                 "passed", "--id", "2"})
                .out,
            "recorded smoke-test 2\n");
  const std::string dump = folder_.Write(
      "dump.jsonl",
      R"({"id":"3","kind":"rollback","environment":"staging","reason":"manual"})"
      "\n");
  EXPECT_THAT(run({"journal", "import", "--url", sidecar_->events(), dump}).out,
              HasSubstr("imported: 1 new"));
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("deployment_total{environment=\"staging\","
                              "status=\"success\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("smoke_test_total{environment=\"staging\","
                              "result=\"passed\"} 1\n"));
}

// A token that is wrong today may be right tomorrow: the event stays.
TEST_F(SecureReportTest, SpoolKeepsWhatTheTokenKeptOut) {
  std::vector<std::string> wrong = With("wrong.token");
  wrong.insert(wrong.end(), {"--spool", Path("spool")});
  EXPECT_EQ(Rollback("1", wrong).out, "spooled rollback 1\n");
  std::vector<std::string> flush = With("ci.token");
  flush.insert(flush.end(), {"--spool", Path("spool")});
  const Finished flushed = Report({"flush"}, flush);
  EXPECT_EQ(flushed.out, "1 sent, 0 rejected, 0 waiting\n") << flushed.err;
}

}  // namespace
}  // namespace rollwatch
