#include "net/web_config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "net/password.h"
#include "tests/support/process.h"

namespace net {
namespace {

// Of "prometheus", at the least cost.
constexpr char kHash[] =
    "$2b$04$exHXdFyTi591/CWW6gaIq.H5uhUwFv78IgicTofcOVTFHi2UGxSTW";

std::string Show(std::string_view text) {
  const base::Source source("web.yml", std::string(text));
  base::Diagnostics diagnostics;
  const WebConfig config = ReadWebConfig(text, "/etc/rw", diagnostics);
  if (!diagnostics.ok()) {
    const base::Diagnostic& first = diagnostics.first_error();
    const base::Position at = source.PositionAt(first.span.begin);
    return absl::StrFormat("%d:%d: %s", at.line, at.column, first.message);
  }
  std::string shown;
  if (config.tls) {
    shown += absl::StrFormat("tls %s %s ", config.tls->certificate.file,
                             config.tls->key.file);
  }
  for (const auto& [name, hash] : config.users) shown += name + " ";
  for (const Header& header : config.headers) shown += header.name + " ";
  if (config.rate_limit.interval > 0) {
    absl::StrAppendFormat(&shown, "%d/%dms", config.rate_limit.burst,
                          config.rate_limit.interval);
  }
  return shown;
}

struct Case {
  const char* name;
  std::string text;
  const char* want;
};

class WebConfigTest : public testing::TestWithParam<Case> {};

TEST_P(WebConfigTest, Reads) {
  EXPECT_EQ(Show(GetParam().text), GetParam().want);
}

const Case kCases[] = {
    {"NothingIsOpen", "", ""},
    {"FilesAreSeenFromTheConfiguration",
     "tls_server_config: {cert_file: a.pem, key_file: /b.key}",
     "tls /etc/rw/a.pem /b.key "},
    {"Users", std::string("basic_auth_users: {bob: ") + kHash + "}", "bob "},
    {"Headers",
     "http_server_config: {http2: true, headers: {X-Frame-Options: deny}}",
     "X-Frame-Options "},
    {"RateLimit", "rate_limit: {interval: 1s, burst: 20}", "20/1000ms"},
    {"NoKey", "tls_server_config: {cert_file: a}",
     "1:20: key_file or key is missing"},
    {"Twice", "tls_server_config: {cert_file: a, cert: b, key: c}",
     "1:20: write the file or the text, not both"},
    {"AuthorityWithoutAsking",
     "tls_server_config: {cert: a, key: b, client_ca: c}",
     "1:20: a client CA needs a client_auth_type that asks for it"},
    {"AskingWithoutAuthority",
     "tls_server_config: {cert: a, key: b, client_auth_type: "
     "RequireAndVerifyClientCert}",
     "1:20: this client_auth_type needs client_ca_file or client_ca"},
    {"Suite", "tls_server_config: {cert: a, key: b, cipher_suites: [RC4]}",
     "1:53: \"RC4\" is none of Go's cipher suites"},
    {"Version", "tls_server_config: {cert: a, key: b, min_version: TLS9}",
     "1:51: \"TLS9\" is none of TLS10, TLS11, TLS12, TLS13"},
    {"PlainPassword", "basic_auth_users: {bob: secret}",
     "1:25: this is no bcrypt hash: make one by `htpasswd -nBC 10 USER`"},
    {"HeadersInAList", "http_server_config: {headers: [X-Frame-Options]}",
     "1:31: headers is a map of names and values"},
    {"VersionLeftOpen",
     "tls_server_config: {cert_file: /a, key_file: /b, min_version: }",
     "tls /a /b "},
    {"OldBoolean", "http_server_config: {http2: off}", ""},
    {"OtherHeader", "http_server_config: {headers: {Server: x}}",
     "1:32: the header \"Server\" cannot be set"},
    {"HeaderValue", "http_server_config: {headers: {X-Frame-Options: x}}",
     "1:49: \"x\" is no value of X-Frame-Options"},
    {"UnknownField", "tls_config: {}",
     "1:1: field tls_config not found in type the web configuration"},
};

INSTANTIATE_TEST_SUITE_P(Files, WebConfigTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(BcryptTest, HashesAreKnown) {
  const std::string rest(std::string_view(kHash).substr(6));
  EXPECT_TRUE(IsBcryptHash(kHash));
  EXPECT_TRUE(IsBcryptHash("$2y$12" + rest));
  EXPECT_TRUE(IsBcryptHash("$2a$12" + rest));
  for (const std::string& text :
       {std::string(), std::string("secret"), std::string("$2b$04$short"),
        "$2b$03" + rest, "$2b$32" + rest, "$2x$04" + rest, "$1b$04" + rest,
        "$2b$xx" + rest, "$2b$04" + rest.substr(0, rest.size() - 1) + ":",
        "$2b$04" + rest + "x"}) {
    EXPECT_FALSE(IsBcryptHash(text)) << text;
  }
}

TEST(PasswordCheckTest, RightWrongAndNobody) {
  PasswordCheck check;
  const auto ask = [&](const char* user, const std::string& password,
                       const char* hash) {
    return check.Check("10.0.0.1", user, password, hash);
  };
  using Verdict = PasswordCheck::Verdict;
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(ask("bob", "prometheus", kHash), Verdict::kRight);
    EXPECT_EQ(ask("bob", "Prometheus", kHash), Verdict::kWrong);
    EXPECT_EQ(ask("bob", std::string("prometheus\0x", 12), kHash),
              Verdict::kWrong);
    EXPECT_EQ(ask("bob", "", kHash), Verdict::kWrong);
    EXPECT_EQ(ask("eve", "prometheus", ""), Verdict::kWrong);
  }
}

class WebFrontTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }

  void Load() {
    auto front =
        WebFront::Load(path_, [this](const absl::Status&) { ++reports_; });
    ASSERT_TRUE(front.ok()) << front.status();
    front_ = *front;
    handler_ = WebFront::Protect(
        front_, [](const HttpRequest&) { return HttpResponse{.body = "in"}; },
        [](const HttpRequest& request) {
          return FindHeader(request.headers, "Authorization") == "Bearer t";
        });
  }

  int Status(const std::string& authorization, const std::string& path = "/") {
    HttpRequest request;
    request.path = path;
    if (!authorization.empty()) {
      request.headers = {{"Authorization", authorization}};
    }
    return handler_(request).status;
  }

  static std::string Basic(const std::string& text) {
    return "Basic " + absl::Base64Escape(text);
  }

  const std::string path_ =
      testing::TempDir() + absl::StrFormat("web.%d.yml", getpid());
  std::atomic<int> reports_ = 0;
  std::shared_ptr<WebFront> front_;
  HttpHandler handler_;
};

TEST_F(WebFrontTest, OnlyUsersAndBearersComeIn) {
  Write(std::string("basic_auth_users: {bob: ") + kHash +
        "}\nauth_excluded_paths: [/-/healthy]\n");
  Load();
  EXPECT_EQ(Status(""), 401);
  EXPECT_EQ(Status("Basic"), 401);
  EXPECT_EQ(Status("Basic ***"), 401);
  EXPECT_EQ(Status(Basic("bob")), 401);
  EXPECT_EQ(Status(Basic("bob:wrong")), 401);
  EXPECT_EQ(Status(Basic("eve:prometheus")), 401);
  EXPECT_EQ(Status(Basic("bob:prometheus")), 200);
  EXPECT_EQ(Status("Bearer t"), 200);
  EXPECT_EQ(Status("", "/-/healthy"), 200);
}

TEST_F(WebFrontTest, BurstIsServedAndThenOneAnInterval) {
  Write("rate_limit: {interval: 1h, burst: 2}");
  Load();
  EXPECT_EQ(Status(""), 200);
  EXPECT_EQ(Status(""), 200);
  EXPECT_EQ(Status(""), 429);
}

TEST_F(WebFrontTest, ChangedFileIsUsedAndABrokenOneKeepsTheOld) {
  Write("");
  Load();
  EXPECT_EQ(Status(""), 200);
  Write(std::string("basic_auth_users: {bob: ") + kHash + "}");
  EXPECT_TRUE(tests::Eventually([&] { return Status("") == 401; },
                                tests::milliseconds(10'000)));
  EXPECT_EQ(reports_, 0);
  Write("basic_auth_users: {bob: secret}");
  EXPECT_TRUE(tests::Eventually(
      [&] {
        EXPECT_EQ(Status(""), 401);
        return reports_ == 1;
      },
      tests::milliseconds(10'000)));
}

TEST_F(WebFrontTest, MissingFileIsAnError) {
  EXPECT_FALSE(WebFront::Load(path_, nullptr).ok());
}

}  // namespace
}  // namespace net
