#include "net/web_config.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "base/source.h"
#include "base/yaml.h"

namespace net {
namespace {

using base::Diagnostics;
using base::YamlEntry;
using base::YamlNode;

constexpr char kCode[] = "web-config";

// Go's names of a client's authentication.
struct AuthenticationName {
  std::string_view name;
  ClientAuthentication value;
};
constexpr AuthenticationName kAuthentications[] = {
    {"NoClientCert", ClientAuthentication::kNone},
    {"RequestClientCert", ClientAuthentication::kRequest},
    {"RequireAnyClientCert", ClientAuthentication::kRequireAny},
    {"RequireClientCert", ClientAuthentication::kRequireAny},
    {"VerifyClientCertIfGiven", ClientAuthentication::kVerifyIfGiven},
    {"RequireAndVerifyClientCert", ClientAuthentication::kRequireVerified},
    {"", ClientAuthentication::kNone},
};

// The headers that may be set; the toolkit has no others.
struct HeaderRule {
  std::string_view name;
  std::vector<std::string_view> values;  // Empty: any.
};
const HeaderRule kHeaders[] = {
    {"Content-Security-Policy", {}},
    {"Strict-Transport-Security", {}},
    {"X-Content-Type-Options", {"nosniff"}},
    {"X-Frame-Options", {"deny", "sameorigin"}},
    {"X-XSS-Protection", {}},
};

class Reader {
 public:
  Reader(const std::string& folder, Diagnostics& diagnostics)
      : folder_(folder), diagnostics_(diagnostics) {}

  WebConfig Read(const YamlNode& document) {
    WebConfig config;
    base::ReadYamlMap(
        document, "the web configuration",
        {{"tls_server_config",
          [&](const YamlEntry& entry) { config.tls = Tls(*entry.value); }},
         {"http_server_config",
          [&](const YamlEntry& entry) { Http(*entry.value, config); }},
         {"basic_auth_users",
          [&](const YamlEntry& entry) { Users(*entry.value, config.users); }},
         {"auth_excluded_paths",
          [&](const YamlEntry& entry) {
            config.auth_excluded_paths = Strings(*entry.value, "paths");
          }},
         {"rate_limit",
          [&](const YamlEntry& entry) {
            Limit(*entry.value, config.rate_limit);
          }}},
        diagnostics_);
    return config;
  }

 private:
  void Error(const YamlNode& node, std::string message) {
    diagnostics_.Error(kCode, node.span, std::move(message));
  }

  // Or nothing, which is an empty one; else this error is reported.
  bool IsMap(const YamlNode& node, const char* error) {
    const bool is_map =
        node.kind == YamlNode::Kind::kMap || node.kind == YamlNode::Kind::kNull;
    if (!is_map) Error(node, error);
    return is_map;
  }

  std::string String(const YamlNode& node) {
    return base::ReadYamlString(node, diagnostics_).value_or("");
  }

  std::vector<std::string> Strings(const YamlNode& node,
                                   std::string_view type) {
    std::vector<std::string> all;
    base::ReadYamlSequence(
        node, type, [&](const YamlNode& item) { all.push_back(String(item)); },
        diagnostics_);
    return all;
  }

  std::string File(const YamlNode& node) {
    std::string file = String(node);
    if (file.empty() || file.starts_with('/')) return file;
    return folder_ + "/" + file;
  }

  std::vector<std::string> Names(const YamlNode& node, std::string_view type,
                                 bool (*known)(const std::string&)) {
    std::vector<std::string> names = Strings(node, type);
    for (const std::string& name : names) {
      if (!known(name)) {
        Error(node, absl::StrFormat("\"%s\" is none of Go's %s", name, type));
      }
    }
    return names;
  }

  // `otherwise` for nothing.
  std::string TlsVersion(const YamlNode& node, const std::string& otherwise) {
    if (node.kind == YamlNode::Kind::kNull) return otherwise;
    std::string name = String(node);
    if (!IsTlsVersion(name)) {
      Error(node, absl::StrFormat(
                      "\"%s\" is none of TLS10, TLS11, TLS12, TLS13", name));
    }
    return name;
  }

  ClientAuthentication Authentication(const YamlNode& node) {
    const std::string name = String(node);
    for (const AuthenticationName& row : kAuthentications) {
      if (row.name == name) return row.value;
    }
    Error(node, absl::StrFormat("\"%s\" is no client_auth_type", name));
    return ClientAuthentication::kNone;
  }

  TlsOptions Tls(const YamlNode& node) {
    TlsOptions tls;
    const auto file = [this](PemSource& source) {
      return [this, &source](const YamlEntry& entry) {
        source.file = File(*entry.value);
      };
    };
    const auto text = [this](PemSource& source) {
      return [this, &source](const YamlEntry& entry) {
        source.text = String(*entry.value);
      };
    };
    base::ReadYamlMap(
        node, "tls_server_config",
        {{"cert_file", file(tls.certificate)},
         {"cert", text(tls.certificate)},
         {"key_file", file(tls.key)},
         {"key", text(tls.key)},
         {"client_ca_file", file(tls.client_ca)},
         {"client_ca", text(tls.client_ca)},
         {"client_auth_type",
          [&](const YamlEntry& entry) {
            tls.client_authentication = Authentication(*entry.value);
          }},
         {"client_allowed_sans",
          [&](const YamlEntry& entry) {
            tls.client_allowed_sans = Strings(*entry.value, "names");
          }},
         {"min_version",
          [&](const YamlEntry& entry) {
            tls.min_version = TlsVersion(*entry.value, tls.min_version);
          }},
         {"max_version",
          [&](const YamlEntry& entry) {
            tls.max_version = TlsVersion(*entry.value, tls.max_version);
          }},
         {"cipher_suites",
          [&](const YamlEntry& entry) {
            tls.cipher_suites =
                Names(*entry.value, "cipher suites", &IsTlsCipherSuite);
          }},
         {"curve_preferences",
          [&](const YamlEntry& entry) {
            tls.curves = Names(*entry.value, "curves", &IsTlsCurve);
          }},
         // Go has ignored it since 1.17.
         {"prefer_server_cipher_suites",
          [&](const YamlEntry& entry) {
            base::ReadYamlBool(*entry.value, diagnostics_);
          }}},
        diagnostics_);
    CheckTls(node, tls);
    return tls;
  }

  void CheckTls(const YamlNode& node, const TlsOptions& tls) {
    const auto both = [](const PemSource& source) {
      return !source.file.empty() && !source.text.empty();
    };
    if (both(tls.certificate) || both(tls.key) || both(tls.client_ca)) {
      Error(node, "write the file or the text, not both");
    }
    if (tls.certificate.empty()) Error(node, "cert_file or cert is missing");
    if (tls.key.empty()) Error(node, "key_file or key is missing");
    const bool verifies =
        tls.client_authentication == ClientAuthentication::kVerifyIfGiven ||
        tls.client_authentication == ClientAuthentication::kRequireVerified;
    if (!tls.client_ca.empty() &&
        tls.client_authentication == ClientAuthentication::kNone) {
      Error(node, "a client CA needs a client_auth_type that asks for it");
    }
    if (verifies && tls.client_ca.empty()) {
      Error(node, "this client_auth_type needs client_ca_file or client_ca");
    }
  }

  void Http(const YamlNode& node, WebConfig& config) {
    base::ReadYamlMap(node, "http_server_config",
                      {{"http2",
                        [&](const YamlEntry& entry) {
                          base::ReadYamlBool(*entry.value, diagnostics_);
                        }},
                       {"headers",
                        [&](const YamlEntry& entry) {
                          Headers(*entry.value, config.headers);
                        }}},
                      diagnostics_);
  }

  void Headers(const YamlNode& node, std::vector<Header>& headers) {
    if (!IsMap(node, "headers is a map of names and values")) return;
    for (const YamlEntry& entry : node.entries) ReadHeader(entry, headers);
  }

  void ReadHeader(const YamlEntry& entry, std::vector<Header>& headers) {
    Header header = {String(*entry.key), String(*entry.value)};
    const auto* rule =
        std::ranges::find(kHeaders, header.name, &HeaderRule::name);
    if (rule == std::end(kHeaders)) {
      return Error(
          *entry.key,
          absl::StrFormat("the header \"%s\" cannot be set", header.name));
    }
    const bool fits = rule->values.empty() ||
                      std::ranges::count(rule->values, header.value) > 0;
    if (!fits || header.value.find_first_of("\r\n") != header.value.npos) {
      return Error(*entry.value, absl::StrFormat("\"%s\" is no value of %s",
                                                 header.value, header.name));
    }
    if (!header.value.empty()) headers.push_back(std::move(header));
  }

  void Users(const YamlNode& node, std::map<std::string, std::string>& users) {
    if (!IsMap(node, "basic_auth_users is a map of names and hashes")) return;
    for (const YamlEntry& entry : node.entries) {
      const std::string hash = String(*entry.value);
      // The hash itself is not shown.
      if (!IsBcryptHash(hash)) {
        Error(*entry.value,
              "this is no bcrypt hash: make one by "
              "`htpasswd -nBC 10 USER`");
      }
      users[String(*entry.key)] = hash;
    }
  }

  void Limit(const YamlNode& node, RateLimit& limit) {
    base::ReadYamlMap(
        node, "rate_limit",
        {{"interval",
          [&](const YamlEntry& entry) {
            limit.interval =
                base::ReadYamlDuration(*entry.value, diagnostics_).value_or(0);
          }},
         {"burst",
          [&](const YamlEntry& entry) {
            limit.burst =
                base::ReadYamlInteger(*entry.value, diagnostics_).value_or(0);
          }}},
        diagnostics_);
    if (limit.interval < 0 || limit.burst < 0) {
      Error(node, "interval and burst are at least 0");
    }
  }

  const std::string& folder_;
  Diagnostics& diagnostics_;
};

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash);
}

HttpResponse PlainResponse(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// "user:password" of a Basic authorization.
std::optional<std::pair<std::string, std::string>> Credentials(
    const HttpRequest& request) {
  const std::string_view header = FindHeader(request.headers, "Authorization");
  constexpr std::string_view kBasic = "basic ";
  if (header.size() <= kBasic.size()) return std::nullopt;
  const bool basic =
      std::equal(kBasic.begin(), kBasic.end(), header.begin(),
                 [](char lower, char c) { return lower == (c | 0x20); });
  std::string text;
  const std::string encoded(header.substr(kBasic.size()));
  if (!basic || !absl::Base64Unescape(encoded, &text)) return std::nullopt;
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  return std::pair(text.substr(0, colon), text.substr(colon + 1));
}

}  // namespace

WebConfig ReadWebConfig(std::string_view text, const std::string& folder,
                        Diagnostics& diagnostics) {
  const std::vector<base::YamlNodePtr> documents =
      base::ParseYaml(text, diagnostics);
  if (documents.empty()) return {};
  if (documents.size() > 1) {
    diagnostics.Error(kCode, documents[1]->span,
                      "a web configuration is one document");
  }
  return Reader(folder, diagnostics).Read(*documents[0]);
}

WebFront::WebFront(std::string path, Report report)
    : path_(std::move(path)), report_(std::move(report)), file_({path_}) {}

absl::StatusOr<std::shared_ptr<WebFront>> WebFront::Load(
    const std::string& path, Report report) {
  std::shared_ptr<WebFront> front(new WebFront(path, std::move(report)));
  absl::StatusOr<std::shared_ptr<const State>> state = front->Read();
  if (!state.ok()) return state.status();
  front->state_ = *std::move(state);
  return front;
}

absl::StatusOr<std::shared_ptr<const WebFront::State>> WebFront::Read() const {
  auto state = std::make_shared<State>();
  if (path_.empty()) return state;
  std::ifstream in(path_, std::ios::binary);
  if (!in) return absl::NotFoundError("cannot read " + path_);
  const base::Source source(
      path_, std::string(std::istreambuf_iterator<char>(in), {}));
  Diagnostics diagnostics;
  state->config = ReadWebConfig(source.text(), FolderOf(path_), diagnostics);
  std::string problems;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    problems += base::Render(source, diagnostic);
  }
  if (!diagnostics.ok()) return absl::InvalidArgumentError(problems);
  if (state->config.tls) {
    absl::StatusOr<std::shared_ptr<TlsServer>> tls =
        TlsServer::Load(*state->config.tls, report_);
    if (!tls.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s", path_, tls.status().message()));
    }
    state->tls = *std::move(tls);
  }
  return state;
}

absl::Status WebFront::Reload() {
  absl::StatusOr<std::shared_ptr<const State>> state = Read();
  if (!state.ok()) return state.status();
  const std::lock_guard lock(mutex_);
  if (((*state)->tls == nullptr) != (state_->tls == nullptr)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: TLS is switched on or off by a restart only", path_));
  }
  state_ = *std::move(state);
  return absl::OkStatus();
}

std::shared_ptr<const WebFront::State> WebFront::Current() {
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = file_.Changed();
  }
  if (changed) {
    const absl::Status status = Reload();
    if (!status.ok() && report_) report_(status);
  }
  const std::lock_guard lock(mutex_);
  return state_;
}

bool WebFront::has_tls() const {
  const std::lock_guard lock(mutex_);
  return state_->tls != nullptr;
}

bool WebFront::has_users() const {
  const std::lock_guard lock(mutex_);
  return !state_->config.users.empty();
}

TlsContextSource WebFront::ContextSource(
    const std::shared_ptr<WebFront>& front) {
  if (!front->has_tls()) return nullptr;
  return [front] { return front->Current()->tls->Current(); };
}

bool WebFront::TakeFromBucket(const RateLimit& limit) {
  if (limit.interval == 0) return true;
  const base::Timestamp now = base::Now();
  const std::lock_guard lock(mutex_);
  const auto burst = static_cast<double>(limit.burst);
  if (bucket_ < 0) {
    bucket_ = burst;
  } else {
    const auto passed =
        static_cast<double>(std::max<base::Duration>(now - filled_, 0));
    bucket_ =
        std::min(burst, bucket_ + passed / static_cast<double>(limit.interval));
  }
  filled_ = now;
  if (bucket_ < 1) return false;
  bucket_ -= 1;
  return true;
}

std::optional<HttpResponse> WebFront::Refuse(const State& state,
                                             const HttpRequest& request) {
  const WebConfig& config = state.config;
  HttpResponse slow_down = PlainResponse(429, "Too Many Requests\n");
  slow_down.headers.push_back({"Retry-After", "1"});
  if (!TakeFromBucket(config.rate_limit)) return slow_down;
  if (config.users.empty()) return std::nullopt;
  if (std::ranges::count(config.auth_excluded_paths, request.path) > 0) {
    return std::nullopt;
  }
  if (const auto credentials = Credentials(request)) {
    const auto& [user, password] = *credentials;
    const auto found = config.users.find(user);
    switch (passwords_.Check(
        request.remote_address, user, password,
        found == config.users.end() ? std::string() : found->second)) {
      case PasswordCheck::Verdict::kRight:
        return std::nullopt;
      case PasswordCheck::Verdict::kBusy:
        return slow_down;
      case PasswordCheck::Verdict::kWrong:
        break;
    }
  }
  HttpResponse unauthorized = PlainResponse(401, "Unauthorized\n");
  unauthorized.headers.push_back({"WWW-Authenticate", "Basic"});
  return unauthorized;
}

HttpHandler WebFront::Protect(const std::shared_ptr<WebFront>& front,
                              HttpHandler next, Admits admits) {
  return [front, next = std::move(next),
          admits = std::move(admits)](const HttpRequest& request) {
    const std::shared_ptr<const State> state = front->Current();
    std::optional<HttpResponse> refusal;
    if (!admits || !admits(request)) refusal = front->Refuse(*state, request);
    HttpResponse response = refusal ? *std::move(refusal) : next(request);
    response.headers.insert(response.headers.end(),
                            state->config.headers.begin(),
                            state->config.headers.end());
    return response;
  };
}

}  // namespace net
