#include "rollwatch/api/event_tokens.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "net/password.h"
#include "net/signature.h"
#include "rollwatch/api/router.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongestToken = 4'096;

absl::StatusOr<std::string> ReadToken(const TokenConfig& config) {
  absl::StatusOr<std::string> text = ReadFile(config.file);
  if (!text.ok()) return text.status();
  std::string token = *std::move(text);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) {
    token.pop_back();
  }
  const bool printable =
      std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (token.size() < kShortestToken || token.size() > kLongestToken ||
      !printable) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the token \"%s\" is one line of %d to %d printable characters",
        config.file, config.name, kShortestToken, kLongestToken));
  }
  return token;
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

absl::StatusOr<EventTokens::Tokens> EventTokens::Read(
    const std::vector<std::shared_ptr<const TokenConfig>>& configs) {
  Tokens tokens;
  for (const std::shared_ptr<const TokenConfig>& config : configs) {
    absl::StatusOr<std::string> text = ReadToken(*config);
    if (!text.ok()) return text.status();
    const auto same = std::ranges::find(tokens, *text, &Token::text);
    if (same != tokens.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("the tokens \"%s\" and \"%s\" are the same",
                          same->config->name, config->name));
    }
    tokens.push_back({config, *std::move(text)});
  }
  return tokens;
}

namespace {

template <class Tokens>
std::vector<std::string> FilesOf(const Tokens& tokens) {
  std::vector<std::string> files;
  for (const auto& token : tokens) files.push_back(token.config->file);
  return files;
}

}  // namespace

EventTokens::EventTokens(Tokens tokens, Report report)
    : report_(std::move(report)),
      tokens_(std::move(tokens)),
      files_(FilesOf(tokens_)) {}

absl::StatusOr<std::unique_ptr<EventTokens>> EventTokens::Load(
    const std::vector<TokenConfig>& configs, Report report) {
  std::vector<std::shared_ptr<const TokenConfig>> shared;
  for (const TokenConfig& config : configs) {
    shared.push_back(std::make_shared<const TokenConfig>(config));
  }
  absl::StatusOr<Tokens> tokens = Read(shared);
  if (!tokens.ok()) return tokens.status();
  return std::unique_ptr<EventTokens>(
      new EventTokens(*std::move(tokens), std::move(report)));
}

bool EventTokens::empty() const {
  const std::lock_guard lock(mutex_);
  return tokens_.empty();
}

void EventTokens::Replace(EventTokens& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  tokens_ = std::move(other.tokens_);
  files_ = net::FileWatch(FilesOf(tokens_));
  other.tokens_.clear();
}

// REQUIRES: mutex_ is held.
void EventTokens::LookAgain() {
  if (!files_.Changed()) return;
  std::vector<std::shared_ptr<const TokenConfig>> configs;
  for (const Token& token : tokens_) configs.push_back(token.config);
  absl::StatusOr<Tokens> tokens = Read(configs);
  if (tokens.ok()) {
    tokens_ = *std::move(tokens);
  } else if (report_) {
    report_(tokens.status());
  }
}

// Compares with every token, so that the time tells nothing.
std::shared_ptr<const TokenConfig> EventTokens::FindIf(
    const std::function<bool(const std::string& token)>& fits) {
  const std::lock_guard lock(mutex_);
  LookAgain();
  std::shared_ptr<const TokenConfig> found;
  for (const Token& token : tokens_) {
    if (fits(token.text)) found = token.config;
  }
  return found;
}

std::shared_ptr<const TokenConfig> EventTokens::Find(
    const net::HttpRequest& request) {
  const std::string_view bearer = BearerOf(request);
  if (bearer.empty()) return nullptr;
  return FindIf([bearer](const std::string& token) {
    return net::EqualInConstantTime(bearer, token);
  });
}

std::shared_ptr<const TokenConfig> EventTokens::FindSigner(
    const net::HttpRequest& request) {
  const std::string_view signature =
      net::FindHeader(request.headers, kGithubSignature);
  if (signature.empty()) return nullptr;
  return FindIf([&request, signature](const std::string& token) {
    return net::IsSignedWith(token, request.body, signature);
  });
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
