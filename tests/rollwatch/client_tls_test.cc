// What asks a server, of Debian's Prometheus that wants TLS and a client's
// certificate and scrapes the sidecar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using tests::Finished;

constexpr char kRules[] =
    "groups: [{name: g, rules: [{alert: Served, "
    "expr: 'sum(deployment_total) >= 0'}]}]\n";

class ClientTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::Run({"prometheus", "--version"}).status != 0) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
    tests::WriteMutualTls(folder_, authority_);
    folder_.Write("client.yml",
                  "tls_config: {ca_file: ca.pem, cert_file: client.pem, "
                  "key_file: client.key}\n");
    rules_ = folder_.Write("rules.yml", kRules);
    sidecar_ = std::make_unique<tests::Sidecar>(folder_.Path("data"));
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file",
        folder_.Write("prometheus.yml",
                      absl::StrFormat("global: {scrape_interval: 1s}\n"
                                      "scrape_configs:\n"
                                      "- job_name: rollwatch\n"
                                      "  static_configs: [{targets: ['%s']}]\n",
                                      sidecar_->scrapes().substr(
                                          std::string_view("http://").size()))),
        "--storage.tsdb.path", folder_.Path("tsdb"), "--web.config.file",
        folder_.Path("web.yml"), "--web.listen-address", "127.0.0.1:0"});
    const std::string address =
        process_->WaitForText("msg=\"Listening on\" address=", tests::kLongest);
    ASSERT_NE(address, "") << process_->err();
    server_ = "https://" + address;
    ASSERT_TRUE(tests::Eventually(
        [&] {
          return Run({"query", "count(deployment_total)", "--data", server_},
                     Shown().front())
                     .out.find("{}") != std::string::npos;
        },
        tests::kLongest))
        << process_->err();
  }

  std::string Path(std::string_view name) const { return folder_.Path(name); }

  // The ways to name the certificate.
  std::vector<std::vector<std::string>> Shown() const {
    return {{"--http.ca-file", Path("ca.pem"), "--http.cert-file",
             Path("client.pem"), "--http.key-file", Path("client.key")},
            {"--http.insecure", "--http.cert-file", Path("client.pem"),
             "--http.key-file", Path("client.key")},
            {"--http.config.file", Path("client.yml")}};
  }
  // Nobody is believed, or nothing is shown.
  std::vector<std::vector<std::string>> NotShown() const {
    return {{},
            {"--http.ca-file", Path("ca.pem")},
            {"--http.cert-file", Path("client.pem"), "--http.key-file",
             Path("client.key")}};
  }

  static Finished Run(std::vector<std::string> arguments,
                      const std::vector<std::string>& more) {
    arguments.insert(arguments.begin(), tests::Rollwatch());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tests::Run(arguments);
  }

  // The command answers `want` with the certificate, however it is named, and
  // exits `refused` without it.
  void NeedsTheCertificate(const std::vector<std::string>& command,
                           const std::string& want, int refused) {
    for (const auto& flags : Shown()) {
      const Finished run = Run(command, flags);
      EXPECT_THAT(run.out, HasSubstr(want)) << command[0] << ": " << run.err;
    }
    for (const auto& flags : NotShown()) {
      const Finished run = Run(command, flags);
      EXPECT_EQ(run.status, refused) << command[0] << ": " << run.out;
      EXPECT_NE(run.out + run.err, "");
    }
  }

  const tests::Identity authority_ =
      tests::MakeCertificate({.name = "authority"});
  tests::TemporaryFolder folder_;
  std::string rules_;
  std::unique_ptr<tests::Sidecar> sidecar_;
  std::unique_ptr<tests::Process> process_;
  std::string server_;
};

TEST_F(ClientTlsTest, Query) {
  NeedsTheCertificate(
      {"query", "count(deployment_total) > bool 0", "--data", server_},
      "{}\t1\n", 1);
}

TEST_F(ClientTlsTest, Gate) {
  NeedsTheCertificate(
      {"gate", rules_, "--server", server_, "--wait", "0s", "--for", "0s"},
      "Served", 4);
}

TEST_F(ClientTlsTest, Replay) {
  for (const auto& flags : Shown()) {
    const Finished run = Run({"replay", rules_, "--data", server_}, flags);
    EXPECT_THAT(run.out, HasSubstr("Served")) << run.err;
  }
}

TEST_F(ClientTlsTest, SchemaPull) {
  NeedsTheCertificate({"schema", "pull", "--server", server_},
                      "  - name: deployment_total\n", 4);
}

}  // namespace
}  // namespace rollwatch
