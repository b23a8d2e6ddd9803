#include "net/client_config.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/process.h"

namespace net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string Show(const absl::StatusOr<ClientOptions>& options) {
  if (!options.ok()) return std::string(options.status().message());
  std::string text;
  for (const Header& header : options->headers) {
    text += header.name + ": " + header.value + "\n";
  }
  const TlsClientOptions& tls = options->tls;
  for (const std::string& path :
       {tls.ca_file, tls.certificate_file, tls.key_file}) {
    if (!path.empty()) text += path.substr(path.rfind('/') + 1) + "\n";
  }
  if (tls.insecure) text += "insecure\n";
  return text;
}

struct Case {
  const char* name;
  const char* config;
  const char* want;
};

class ConfigFileTest : public testing::TestWithParam<Case> {};

TEST_P(ConfigFileTest, IsReadAsPrometheusDoes) {
  const tests::TemporaryFolder folder;
  folder.Write("secret", "s3cret\n");
  const std::string path = folder.Write("client.yml", GetParam().config);
  EXPECT_THAT(Show(MakeClientOptions({.config_file = path})),
              HasSubstr(GetParam().want));
}

constexpr Case kCases[] = {
    {"Basic", "basic_auth: {username: ada, password: pw}",
     "Authorization: Basic YWRhOnB3\n"},
    {"PasswordFile", "basic_auth: {username: ada, password_file: secret}",
     "Authorization: Basic YWRhOnMzY3JldA==\n"},
    {"Authorization", "authorization: {type: Token, credentials: abc}",
     "Authorization: Token abc\n"},
    {"CredentialsFile", "authorization: {credentials_file: secret}",
     "Authorization: Bearer s3cret\n"},
    {"BearerToken", "bearer_token: abc", "Authorization: Bearer abc\n"},
    {"BearerTokenFile", "bearer_token_file: secret",
     "Authorization: Bearer s3cret\n"},
    {"Tls",
     "tls_config: {ca_file: ca.pem, cert_file: c.pem, key_file: k.pem, "
     "insecure_skip_verify: true}",
     "ca.pem\nc.pem\nk.pem\ninsecure\n"},
    {"Headers", "http_headers: {X-Scope-OrgID: {values: [one, two]}}",
     "X-Scope-OrgID: one\nX-Scope-OrgID: two\n"},
    {"UnknownField", "basic_atuh: {}",
     "field basic_atuh not found in type the client configuration"},
    {"MissingSecret", "bearer_token_file: nowhere",
     "nowhere: No such file or directory"},
};

INSTANTIATE_TEST_SUITE_P(Table, ConfigFileTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(ClientSettingsTest, FlagsWinOverTheFile) {
  const tests::TemporaryFolder folder;
  const std::string config = folder.Write(
      "client.yml", "bearer_token: abc\ntls_config: {ca_file: a.pem}\n");
  const std::string basic = folder.Write("basic", "ada:pw\n");
  EXPECT_EQ(Show(MakeClientOptions({.config_file = config,
                                    .basic_auth_file = basic,
                                    .headers = {"X-A: 1", "X-B:2"},
                                    .ca_file = "/b.pem",
                                    .certificate_file = "/c.pem",
                                    .key_file = "/k.pem",
                                    .insecure = true})),
            "Authorization: Basic YWRhOnB3\nX-A: 1\nX-B: 2\nb.pem\nc.pem\n"
            "k.pem\ninsecure\n");
}

TEST(ClientSettingsTest, WhatIsWrongIsNamed) {
  const tests::TemporaryFolder folder;
  const std::string lines = folder.Write("lines", "one\ntwo\n");
  EXPECT_THAT(Show(MakeClientOptions({.bearer_token_file = lines})),
              EndsWith("lines: expected one line"));
  const std::string token = folder.Write("token", "abc");
  EXPECT_THAT(Show(MakeClientOptions({.basic_auth_file = token})),
              EndsWith("token: expected USER:PASSWORD"));
  EXPECT_THAT(Show(MakeClientOptions({.headers = {"nonsense"}})),
              HasSubstr("expected NAME: VALUE"));
  EXPECT_THAT(Show(MakeClientOptions({.headers = {"A: b\r\nC: d"}})),
              HasSubstr("on one line"));
  EXPECT_THAT(Show(MakeClientOptions({.certificate_file = "c.pem"})),
              HasSubstr("certificate and its key go together"));
  EXPECT_THAT(Show(MakeClientOptions({.key_file = "k.pem"})),
              HasSubstr("certificate and its key go together"));
}

}  // namespace
}  // namespace net
