#include "rollwatch/api/event_tokens.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "net/password.h"
#include "rollwatch/api/router.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

constexpr std::size_t kShortest = 16;
constexpr std::size_t kLongest = 4'096;

std::vector<std::string> FilesOf(const std::vector<TokenConfig>& configs) {
  std::vector<std::string> files;
  for (const TokenConfig& config : configs) files.push_back(config.file);
  return files;
}

absl::StatusOr<std::string> ReadToken(const TokenConfig& config) {
  absl::StatusOr<std::string> text = ReadFile(config.file);
  if (!text.ok()) return text.status();
  std::string token = *std::move(text);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) {
    token.pop_back();
  }
  const bool printable =
      std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (token.size() < kShortest || token.size() > kLongest || !printable) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the token \"%s\" is one line of %d to %d printable characters",
        config.file, config.name, kShortest, kLongest));
  }
  return token;
}

absl::StatusOr<std::vector<std::string>> ReadTokens(
    const std::vector<TokenConfig>& configs) {
  std::vector<std::string> tokens;
  for (const TokenConfig& config : configs) {
    absl::StatusOr<std::string> token = ReadToken(config);
    if (!token.ok()) return token.status();
    const auto same = std::ranges::find(tokens, *token);
    if (same != tokens.end()) {
      const auto other = static_cast<std::size_t>(same - tokens.begin());
      return absl::InvalidArgumentError(
          absl::StrFormat("the tokens \"%s\" and \"%s\" are the same",
                          configs[other].name, config.name));
    }
    tokens.push_back(*std::move(token));
  }
  return tokens;
}

std::string_view BearerOf(const net::HttpRequest& request) {
  const std::string_view header =
      net::FindHeader(request.headers, "Authorization");
  constexpr std::string_view kBearer = "bearer ";
  if (header.size() <= kBearer.size()) return {};
  const bool bearer =
      std::equal(kBearer.begin(), kBearer.end(), header.begin(),
                 [](char lower, char c) { return lower == (c | 0x20); });
  return bearer ? header.substr(kBearer.size()) : std::string_view();
}

}  // namespace

EventTokens::EventTokens(std::vector<TokenConfig> configs, Report report)
    : configs_(std::move(configs)),
      report_(std::move(report)),
      files_(FilesOf(configs_)) {}

absl::StatusOr<std::unique_ptr<EventTokens>> EventTokens::Load(
    std::vector<TokenConfig> configs, Report report) {
  std::unique_ptr<EventTokens> tokens(
      new EventTokens(std::move(configs), std::move(report)));
  const absl::Status status = tokens->Reload();
  if (!status.ok()) return status;
  return tokens;
}

absl::Status EventTokens::Reload() {
  absl::StatusOr<std::vector<std::string>> tokens = ReadTokens(configs_);
  if (!tokens.ok()) return tokens.status();
  const std::lock_guard lock(mutex_);
  tokens_ = *std::move(tokens);
  return absl::OkStatus();
}

const TokenConfig* EventTokens::Find(const net::HttpRequest& request) {
  const std::string_view bearer = BearerOf(request);
  if (bearer.empty() || configs_.empty()) return nullptr;
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = files_.Changed();
  }
  if (changed) {
    const absl::Status status = Reload();
    if (!status.ok() && report_) report_(status);
  }
  const std::lock_guard lock(mutex_);
  const TokenConfig* found = nullptr;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (net::EqualInConstantTime(bearer, tokens_[i])) found = &configs_[i];
  }
  return found;
}

net::HttpHandler RequireToken(EventTokens& tokens,
                              std::function<bool()> has_users,
                              net::HttpHandler next) {
  return [&tokens, has_users = std::move(has_users),
          next = std::move(next)](const net::HttpRequest& request) {
    const bool bearer = !BearerOf(request).empty();
    const bool known = tokens.empty() || tokens.Find(request) != nullptr ||
                       (!bearer && has_users());
    if (known) return next(request);
    net::HttpResponse response = JsonError(
        401, bearer ? "this token is not known"
                    : "an event needs a token: Authorization: Bearer TOKEN");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
  };
}

}  // namespace rollwatch
