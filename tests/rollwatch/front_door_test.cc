// The sidecar against slow, wrong and unknown clients, and Debian's Prometheus
// behind TLS with a client certificate.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/http_client.h"
#include "net/url.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

int PortOf(const std::string& url) { return net::ParseUrl(url)->port; }

int Connect(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&name),
              sizeof(name)) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

// Sends all, then reads until the server closes.
std::string Exchange(int port, std::string_view request) {
  const int descriptor = Connect(port);
  std::string answer;
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t now = send(descriptor, request.data() + sent,
                             request.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) break;
    sent += static_cast<std::size_t>(now);
  }
  char bytes[4096];
  for (;;) {
    const ssize_t read = recv(descriptor, bytes, sizeof(bytes), 0);
    if (read <= 0) break;
    answer.append(bytes, static_cast<std::size_t>(read));
  }
  close(descriptor);
  return answer;
}

// Connections that began a request, say a byte now and then, and never end it.
class SlowClients {
 public:
  SlowClients(int port, int count) {
    for (int i = 0; i < count; ++i) {
      const int descriptor = Connect(port);
      if (descriptor < 0) continue;
      descriptors_.push_back(descriptor);
      constexpr std::string_view kBegun =
          "POST /api/v1/events HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{";
      (void)send(descriptor, kBegun.data(), kBegun.size(), MSG_NOSIGNAL);
    }
  }
  ~SlowClients() {
    for (const int descriptor : descriptors_) close(descriptor);
  }
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  std::size_t size() const { return descriptors_.size(); }
  void Trickle() const {
    for (const int descriptor : descriptors_) {
      (void)send(descriptor, " ", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }

 private:
  std::vector<int> descriptors_;
};

// The 99th of a hundred scrapes, in milliseconds; all have an answer.
double SlowestScrapes(const tests::Sidecar& sidecar, const SlowClients& one,
                      const SlowClients& other) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> took;
  for (int i = 0; i < 100; ++i) {
    if (i % 10 == 0) one.Trickle(), other.Trickle();
    const auto begin = Clock::now();
    EXPECT_EQ(sidecar.Get("/metrics").status, 200);
    took.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - begin)
            .count());
  }
  std::ranges::sort(took);
  return took[98];
}

TEST(FrontDoorTest, SlowClientsKeepNoScrapeOut) {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"));
  ASSERT_TRUE(sidecar.ok());
  for (const int count : {0, 200, 2'000}) {
    const SlowClients scrapes(PortOf(sidecar.scrapes()), count);
    const SlowClients events(PortOf(sidecar.events()), count);
    ASSERT_EQ(scrapes.size() + events.size(), 2u * static_cast<unsigned>(count))
        << "this machine allows too few descriptors";
    const double slowest = SlowestScrapes(sidecar, scrapes, events);
    std::printf("%d slow clients on each port: scrape p99 %.1f ms\n", count,
                slowest);
    EXPECT_EQ(sidecar
                  .Post(absl::StrFormat(
                      R"({"id":"%d","kind":"rollback","environment":"staging",)"
                      R"("reason":"manual"})",
                      count))
                  .status,
              200);
  }
}

TEST(FrontDoorTest, WrongClientsGetWhatTheDocumentationSays) {
  const tests::TemporaryFolder folder;
  tests::Sidecar sidecar(folder.Path("data"));
  ASSERT_TRUE(sidecar.ok());
  const int port = PortOf(sidecar.events());
  const std::string header =
      "GET / HTTP/1.1\r\nX: " + std::string(10'000'000, 'x') + "\r\n\r\n";
  EXPECT_THAT(Exchange(port, header), StartsWith("HTTP/1.1 431 "));
  // After the body's deadline of 10 s.
  EXPECT_THAT(Exchange(port,
                       "POST /api/v1/events HTTP/1.1\r\n"
                       "Content-Length: 100\r\n\r\n{\"half"),
              StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(Exchange(port,
                       "POST /api/v1/events HTTP/1.1\r\nContent-Length: 2\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n{}"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange(port,
                       "POST /api/v1/events HTTP/1.1\r\n"
                       "Content-Length: 99999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

std::string Rollback(std::string_view id, std::string_view environment) {
  return absl::StrFormat(
      R"({"id":"%s","kind":"rollback","environment":"%s","reason":"manual"})",
      id, environment);
}

TEST(FrontDoorTest, TokensSayWhoMayReportWhat) {
  const tests::TemporaryFolder folder;
  folder.Write("ci.token", "a-token-of-the-pipeline\n");
  folder.Write("all.token", "a-token-of-the-release-team\n");
  const std::string config =
      folder.Write("rollwatch.yml",
                   "tokens:\n"
                   "- {name: ci, file: ci.token, environments: [staging]}\n"
                   "- {name: release, file: all.token}\n");
  const tests::Sidecar sidecar(folder.Path("data"), {"--config.file", config});
  ASSERT_TRUE(sidecar.ok());
  const auto post = [&](std::string_view token, const std::string& body) {
    std::vector<net::Header> headers;
    if (!token.empty()) {
      headers.push_back({"Authorization", "Bearer " + std::string(token)});
    }
    return tests::Fetch("POST", sidecar.events() + "/api/v1/events", body,
                        headers);
  };
  const net::HttpResponse without = post("", Rollback("1", "staging"));
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(net::FindHeader(without.headers, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(post("wrong", Rollback("1", "staging")).status, 401);
  EXPECT_EQ(post("a-token-of-the-pipeline", Rollback("1", "staging")).status,
            200);
  const net::HttpResponse beyond =
      post("a-token-of-the-pipeline", Rollback("2", "production"));
  EXPECT_EQ(beyond.status, 403);
  EXPECT_THAT(beyond.body,
              HasSubstr("the token \\\"ci\\\" may not report the environment "
                        "\\\"production\\\", only staging"));
  EXPECT_EQ(
      post("a-token-of-the-release-team", Rollback("2", "production")).status,
      200);
  // The page and the scrape need none.
  EXPECT_EQ(sidecar.Get("/metrics").status, 200);
  // A new token is taken without a restart.
  folder.Write("ci.token", "the-next-token-of-the-pipeline\n");
  EXPECT_TRUE(tests::Eventually(
      [&] {
        return post("the-next-token-of-the-pipeline", Rollback("3", "staging"))
                   .status == 200;
      },
      tests::kLongest));
  EXPECT_EQ(post("a-token-of-the-pipeline", Rollback("4", "staging")).status,
            401);
}

class TlsFrontDoorTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string config = tests::WriteMutualTls(folder_, authority_);
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        tests::Rollwatch(), "serve", "--storage.path", folder_.Path("data"),
        "--web.listen-address", "127.0.0.1:0", "--web.events-address",
        "127.0.0.1:0", "--web.config.file", config});
    process_->WaitForText("events: ", tests::kLongest);
    scrapes_ = process_->WaitForText("scrapes: ", tests::milliseconds(0));
    ASSERT_THAT(scrapes_, StartsWith("https://")) << process_->err();
  }

  const tests::Identity authority_ =
      tests::MakeCertificate({.name = "authority"});
  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Process> process_;
  std::string scrapes_;
};

TEST_F(TlsFrontDoorTest, CurlNeedsAGoodCertificate) {
  const tests::Identity expired = tests::MakeCertificate(
      {.name = "old", .issuer = &authority_, .days = -1});
  folder_.Write("old.pem", expired.certificate);
  folder_.Write("old.key", expired.key);
  const auto get = [&](std::string_view name) {
    net::HttpCall call = {.url = scrapes_ + "/metrics"};
    call.tls.ca_file = folder_.Path("ca.pem");
    if (!name.empty()) {
      call.tls.certificate_file = folder_.Path(absl::StrFormat("%s.pem", name));
      call.tls.key_file = folder_.Path(absl::StrFormat("%s.key", name));
    }
    const auto response = net::Send(call);
    return response.ok() ? response->status : 0;
  };
  EXPECT_EQ(get("client"), 200);
  EXPECT_EQ(get(""), 0);
  EXPECT_EQ(get("old"), 0);
}

TEST_F(TlsFrontDoorTest, PrometheusScrapesWithItsCertificate) {
  if (tests::Run({"prometheus", "--version"}).status != 0) {
    GTEST_SKIP() << "Debian's prometheus is not installed";
  }
  const std::string config = absl::StrFormat(
      "global: {scrape_interval: 1s}\n"
      "scrape_configs:\n"
      "- job_name: rollwatch\n"
      "  scheme: https\n"
      "  tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: "
      "client.key}\n"
      "  static_configs:\n"
      "  - targets: ['127.0.0.1:%d']\n",
      PortOf(scrapes_));
  tests::Process prometheus({"prometheus", "--config.file",
                             folder_.Write("prometheus.yml", config),
                             "--storage.tsdb.path", folder_.Path("tsdb"),
                             "--web.listen-address", "127.0.0.1:0"});
  const std::string address = prometheus.WaitForText(
      "msg=\"Listening on\" address=", tests::milliseconds(60'000));
  ASSERT_NE(address, "") << prometheus.err();
  EXPECT_TRUE(tests::Eventually(
      [&] {
        const net::HttpResponse answer = tests::Fetch(
            "GET",
            "http://" + address +
                "/api/v1/query?query=deployment_rollback_total%20and%20on"
                "()%20up%20==%201");
        return answer.body.find("\"value\":[") != std::string::npos;
      },
      tests::milliseconds(60'000)))
      << prometheus.err();
}

}  // namespace
}  // namespace rollwatch
