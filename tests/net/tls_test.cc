#include "net/tls.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"

namespace net {
namespace {

using tests::Identity;
using tests::MakeCertificate;
using tests::TlsExchange;

constexpr char kGet[] = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    // A client that is refused goes while the other side still writes.
    std::signal(SIGPIPE, SIG_IGN);
    options_.certificate.text = server_.certificate;
    options_.key.text = server_.key;
  }

  absl::Status Serve(TlsServer::Report report = nullptr) {
    auto tls = TlsServer::Load(options_, std::move(report));
    if (!tls.ok()) return tls.status();
    HttpServerOptions options;
    options.tls = [tls = *tls] { return tls->Current(); };
    auto server = HttpServer::Start(options, [](const HttpRequest& request) {
      return HttpResponse{.body = request.method + " " + request.body};
    });
    if (!server.ok()) return server.status();
    http_ = *std::move(server);
    return absl::OkStatus();
  }

  // "200" or the error's beginning.
  std::string Get(const Identity* client) {
    const std::string answer =
        TlsExchange(http_->port(), authority_.certificate, client, kGet);
    return answer.starts_with("HTTP/1.1 200 ") ? "200" : answer.substr(0, 5);
  }

  const Identity authority_ = MakeCertificate({.name = "authority"});
  const Identity server_ = MakeCertificate(
      {.name = "server", .names = {"DNS:localhost"}, .issuer = &authority_});
  TlsOptions options_;
  std::unique_ptr<HttpServer> http_;
};

TEST_F(TlsTest, RequestIsServed) {
  ASSERT_TRUE(Serve().ok());
  const std::string answer = TlsExchange(
      http_->port(), authority_.certificate, nullptr,
      "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("POST hi")) << answer;
}

TEST_F(TlsTest, PlainRequestIsToldThatThisIsTls) {
  ASSERT_TRUE(Serve().ok());
  const auto response =
      Send({.url = absl::StrFormat("http://%s/", http_->address())});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->body,
            "Client sent an HTTP request to an HTTPS server.\n");
}

struct ClientCase {
  const char* name;
  ClientAuthentication authentication;
  const char* without;
  const char* stranger;  // Signed by itself.
  const char* expired;
  const char* known;
};

TEST_F(TlsTest, ClientsAreBelievedAsConfigured) {
  constexpr ClientCase kCases[] = {
      {"None", ClientAuthentication::kNone, "200", "200", "200", "200"},
      {"Request", ClientAuthentication::kRequest, "200", "200", "200", "200"},
      {"RequireAny", ClientAuthentication::kRequireAny, "error", "200", "200",
       "200"},
      {"VerifyIfGiven", ClientAuthentication::kVerifyIfGiven, "200", "error",
       "error", "200"},
      {"RequireVerified", ClientAuthentication::kRequireVerified, "error",
       "error", "error", "200"},
  };
  const Identity stranger = MakeCertificate({.name = "stranger"});
  const Identity expired =
      MakeCertificate({.name = "old", .issuer = &authority_, .days = -1});
  const Identity known =
      MakeCertificate({.name = "prometheus", .issuer = &authority_});
  options_.client_ca.text = authority_.certificate;
  for (const ClientCase& test : kCases) {
    SCOPED_TRACE(test.name);
    options_.client_authentication = test.authentication;
    ASSERT_TRUE(Serve().ok());
    EXPECT_EQ(Get(nullptr), test.without);
    EXPECT_EQ(Get(&stranger), test.stranger);
    EXPECT_EQ(Get(&expired), test.expired);
    EXPECT_EQ(Get(&known), test.known);
  }
}

TEST_F(TlsTest, ClientNeedsOneOfTheAllowedNames) {
  options_.client_ca.text = authority_.certificate;
  options_.client_authentication = ClientAuthentication::kRequireVerified;
  options_.client_allowed_sans = {"prometheus.example", "10.0.0.1",
                                  "a@b.example", "spiffe://a/b", "fd00::1"};
  ASSERT_TRUE(Serve().ok());
  for (const char* name :
       {"DNS:prometheus.example", "IP:10.0.0.1", "email:a@b.example",
        "URI:spiffe://a/b", "IP:fd00::1"}) {
    const Identity client = MakeCertificate(
        {.name = "c", .names = {"DNS:other", name}, .issuer = &authority_});
    EXPECT_EQ(Get(&client), "200") << name;
  }
  for (const char* name : {"DNS:example", "IP:10.0.0.2"}) {
    const Identity client =
        MakeCertificate({.name = "c", .names = {name}, .issuer = &authority_});
    EXPECT_EQ(Get(&client), "error") << name;
  }
}

class TlsFileTest : public TlsTest {
 protected:
  void SetUp() override {
    TlsTest::SetUp();
    std::filesystem::create_directories(folder_);
    Write(server_);
    options_.certificate = {.file = folder_ + "/server.pem"};
    options_.key = {.file = folder_ + "/server.key"};
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const Identity& identity) {
    std::ofstream(folder_ + "/server.pem") << identity.certificate;
    std::ofstream(folder_ + "/server.key") << identity.key;
  }

  const std::string folder_ =
      testing::TempDir() + absl::StrFormat("tls.%d", getpid());
};

TEST_F(TlsFileTest, NewCertificateIsUsedAndABrokenOneKeepsTheOld) {
  std::atomic<int> reports = 0;
  ASSERT_TRUE(Serve([&](const absl::Status&) { ++reports; }).ok());
  EXPECT_EQ(Get(nullptr), "200");
  // Of an authority that the client does not know: it refuses.
  Write(MakeCertificate({.name = "other"}));
  EXPECT_TRUE(tests::Eventually([&] { return Get(nullptr) == "error"; },
                                tests::milliseconds(10'000)));
  Write(server_);
  EXPECT_TRUE(tests::Eventually([&] { return Get(nullptr) == "200"; },
                                tests::milliseconds(10'000)));
  EXPECT_EQ(reports, 0);
  std::ofstream(folder_ + "/server.pem") << "broken";
  EXPECT_TRUE(tests::Eventually(
      [&] {
        EXPECT_EQ(Get(nullptr), "200");
        return reports > 0;
      },
      tests::milliseconds(10'000)));
}

struct BadCase {
  const char* name;
  const char* certificate;  // "" is the server's own.
  const char* key;
  const char* min_version;
  const char* error;
};

// The example of RFC 8410, for certificates with keys of another kind.
constexpr char kEdwardsKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";

TEST_F(TlsTest, UnusableOptionsAreErrors) {
  const Identity other = MakeCertificate({.name = "other"});
  const BadCase cases[] = {
      {"NoCertificate", "x", "", "TLS12", "the inline certificate holds no"},
      {"NoKey", "", "x", "TLS12", "the inline key is no private key"},
      {"OtherKey", "", other.key.c_str(), "TLS12",
       "the inline key does not belong to the inline certificate"},
      {"KeyOfAnotherKind", "", kEdwardsKey, "TLS12",
       "the inline key does not belong to the inline certificate"},
      {"Version", "", "", "TLS14", "min_version and max_version are"},
  };
  for (const BadCase& test : cases) {
    TlsOptions options = options_;
    if (*test.certificate != '\0') options.certificate.text = test.certificate;
    if (*test.key != '\0') options.key.text = test.key;
    options.min_version = test.min_version;
    const auto server = TlsServer::Load(options);
    EXPECT_TRUE(std::string(server.status().message()).starts_with(test.error))
        << test.name << ": " << server.status();
  }
  options_.certificate = {.file = "/no/such/file"};
  EXPECT_EQ(TlsServer::Load(options_).status().message(),
            "cannot read certificate /no/such/file");
}

}  // namespace
}  // namespace net
