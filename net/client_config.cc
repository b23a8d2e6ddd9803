#include "net/client_config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"

namespace net {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(
        absl::StrFormat("%s: %s", path, std::strerror(errno)));
  }
  return text;
}

std::string_view WithoutSpace(std::string_view text) {
  const auto is_space = [](char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  };
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// A secret of one line.
absl::StatusOr<std::string> ReadSecret(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  const std::string_view secret = WithoutSpace(*text);
  if (secret.empty() || secret.find('\n') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected one line", path));
  }
  return std::string(secret);
}

std::string Basic(const std::string& user_and_password) {
  return "Basic " + absl::Base64Escape(user_and_password);
}

// The file as read; a file's secret is looked up afterwards.
struct ConfigFile {
  std::optional<std::string> username, password, password_file;
  std::string authorization_type = "Bearer";
  std::optional<std::string> credentials, credentials_file;
  std::vector<Header> headers;
  TlsClientOptions tls;
};

class ConfigReader {
 public:
  explicit ConfigReader(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<ConfigFile> Read();

 private:
  void ReadBasic(const base::YamlNode& node);
  void ReadAuthorization(const base::YamlNode& node);
  void ReadTls(const base::YamlNode& node);
  void ReadHeaders(const base::YamlNode& node);
  // Reads a text into a field; a path counts from the file's folder.
  auto Text(std::optional<std::string>& field) {
    return [this, &field](const base::YamlEntry& entry) {
      field = base::ReadYamlString(*entry.value, diagnostics_);
    };
  }
  auto File(std::optional<std::string>& field) {
    return [this, &field](const base::YamlEntry& entry) {
      field = ReadPath(entry);
    };
  }
  auto File(std::string& field) {
    return [this, &field](const base::YamlEntry& entry) {
      field = ReadPath(entry).value_or("");
    };
  }
  std::optional<std::string> ReadPath(const base::YamlEntry& entry) {
    auto text = base::ReadYamlString(*entry.value, diagnostics_);
    if (!text.has_value() || text->empty()) return text;
    return (std::filesystem::path(path_).parent_path() / *text).string();
  }

  const std::string path_;
  base::Diagnostics diagnostics_;
  ConfigFile config_;
};

void ConfigReader::ReadBasic(const base::YamlNode& node) {
  base::ReadYamlMap(node, "basic_auth",
                    {{"username", Text(config_.username)},
                     {"password", Text(config_.password)},
                     {"password_file", File(config_.password_file)}},
                    diagnostics_);
}

void ConfigReader::ReadAuthorization(const base::YamlNode& node) {
  std::optional<std::string> type;
  base::ReadYamlMap(node, "authorization",
                    {{"type", Text(type)},
                     {"credentials", Text(config_.credentials)},
                     {"credentials_file", File(config_.credentials_file)}},
                    diagnostics_);
  if (type.has_value()) config_.authorization_type = *type;
}

void ConfigReader::ReadTls(const base::YamlNode& node) {
  TlsClientOptions& tls = config_.tls;
  base::ReadYamlMap(
      node, "tls_config",
      {{"ca_file", File(tls.ca_file)},
       {"cert_file", File(tls.certificate_file)},
       {"key_file", File(tls.key_file)},
       {"insecure_skip_verify",
        [&](const base::YamlEntry& entry) {
          tls.insecure =
              base::ReadYamlBool(*entry.value, diagnostics_).value_or(false);
        }}},
      diagnostics_);
}

void ConfigReader::ReadHeaders(const base::YamlNode& node) {
  for (const base::YamlEntry& entry : node.entries) {
    const std::string name(entry.key->text.text());
    const auto add = [&](const base::YamlNode& value) {
      if (const auto text = base::ReadYamlString(value, diagnostics_)) {
        config_.headers.push_back({name, *text});
      }
    };
    base::ReadYamlMap(*entry.value, "http_headers",
                      {{"values",
                        [&](const base::YamlEntry& values) {
                          base::ReadYamlSequence(*values.value, "values", add,
                                                 diagnostics_);
                        }}},
                      diagnostics_);
  }
}

absl::StatusOr<ConfigFile> ConfigReader::Read() {
  auto text = ReadFile(path_);
  if (!text.ok()) return text.status();
  const base::Source source(path_, *std::move(text));
  const auto documents = base::ParseYaml(source.text(), diagnostics_);
  using Entry = const base::YamlEntry&;
  const auto ignore = [](Entry) {};
  if (!documents.empty()) {
    base::ReadYamlMap(
        *documents.front(), "the client configuration",
        {{"basic_auth", [&](Entry entry) { ReadBasic(*entry.value); }},
         {"authorization",
          [&](Entry entry) { ReadAuthorization(*entry.value); }},
         {"bearer_token", Text(config_.credentials)},
         {"bearer_token_file", File(config_.credentials_file)},
         {"tls_config", [&](Entry entry) { ReadTls(*entry.value); }},
         {"http_headers", [&](Entry entry) { ReadHeaders(*entry.value); }},
         // Of no consequence for the answers.
         {"follow_redirects", ignore},
         {"enable_http2", ignore}},
        diagnostics_);
  }
  if (diagnostics_.ok()) return std::move(config_);
  return absl::InvalidArgumentError(
      base::Render(source, diagnostics_.first_error()));
}

// The Authorization header that the file asks for; "" for none.
absl::StatusOr<std::string> AuthorizationOf(const ConfigFile& config) {
  if (config.credentials.has_value() || config.credentials_file.has_value()) {
    auto secret = config.credentials_file.has_value()
                      ? ReadSecret(*config.credentials_file)
                      : *config.credentials;
    if (!secret.ok()) return secret.status();
    return config.authorization_type + " " + *secret;
  }
  if (!config.username.has_value()) return std::string();
  auto password = config.password_file.has_value()
                      ? ReadSecret(*config.password_file)
                      : config.password.value_or("");
  if (!password.ok()) return password.status();
  return Basic(*config.username + ":" + *password);
}

// The Authorization header that the settings ask for; "" for none.
absl::StatusOr<std::string> AuthorizationOf(const ClientSettings& settings) {
  if (!settings.basic_auth_file.empty() &&
      !settings.bearer_token_file.empty()) {
    return absl::InvalidArgumentError(
        "basic authentication and a bearer token exclude each other");
  }
  if (!settings.bearer_token_file.empty()) {
    auto token = ReadSecret(settings.bearer_token_file);
    if (!token.ok()) return token.status();
    return "Bearer " + *token;
  }
  if (settings.basic_auth_file.empty()) return std::string();
  auto secret = ReadSecret(settings.basic_auth_file);
  if (!secret.ok()) return secret.status();
  if (secret->find(':') == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected USER:PASSWORD", settings.basic_auth_file));
  }
  return Basic(*secret);
}

absl::StatusOr<Header> ParseHeader(const std::string& text) {
  const std::size_t colon = text.find(':');
  const bool broken = text.find_first_of("\r\n") != std::string::npos;
  if (colon == std::string::npos || colon == 0 || broken) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "header \"%s\": expected NAME: VALUE on one line", text));
  }
  const std::string_view value = std::string_view(text).substr(colon + 1);
  return Header{text.substr(0, colon), std::string(WithoutSpace(value))};
}

}  // namespace

absl::StatusOr<ClientOptions> MakeClientOptions(
    const ClientSettings& settings) {
  ConfigFile config;
  if (!settings.config_file.empty()) {
    auto read = ConfigReader(settings.config_file).Read();
    if (!read.ok()) return read.status();
    config = *std::move(read);
  }
  auto authorization = AuthorizationOf(settings);
  if (authorization.ok() && authorization->empty()) {
    authorization = AuthorizationOf(config);
  }
  if (!authorization.ok()) return authorization.status();
  ClientOptions options{std::move(config.headers), std::move(config.tls)};
  if (!authorization->empty()) {
    options.headers.push_back({"Authorization", *std::move(authorization)});
  }
  for (const std::string& text : settings.headers) {
    auto header = ParseHeader(text);
    if (!header.ok()) return header.status();
    options.headers.push_back(*std::move(header));
  }
  if (!settings.ca_file.empty()) options.tls.ca_file = settings.ca_file;
  // A pair: half of it from the file would be another's.
  if (!settings.certificate_file.empty() || !settings.key_file.empty()) {
    if (settings.certificate_file.empty() || settings.key_file.empty()) {
      return absl::InvalidArgumentError(
          "a client's certificate and its key go together");
    }
    options.tls.certificate_file = settings.certificate_file;
    options.tls.key_file = settings.key_file;
  }
  if (settings.insecure) options.tls.insecure = true;
  return options;
}

}  // namespace net
