// Tokens: who may report events, and of which environments. A client shows its
// token (Authorization: Bearer) or signs with it, as GitHub's webhooks do.

#ifndef ROLLWATCH_API_EVENT_TOKENS_H_
#define ROLLWATCH_API_EVENT_TOKENS_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "net/file_watch.h"
#include "net/http_message.h"

namespace rollwatch {

inline constexpr std::string_view kGithubSignature = "X-Hub-Signature-256";

struct TokenConfig {
  std::string name;  // For logs and errors; the token itself is never shown.
  std::string file;  // One line, the token.
  std::vector<std::string> environments;  // It may report these; empty: all.
};

// The tokens in use. Their files are looked at for every request, at most once
// a second; one that cannot be read any more, or is empty, is told to `report`
// and keeps its token. Thread-safe.
class EventTokens {
 public:
  using Report = std::function<void(const absl::Status&)>;

  // Fails when a file cannot be read or holds no token of 16 to 4,096
  // printable characters, or two hold the same.
  static absl::StatusOr<std::unique_ptr<EventTokens>> Load(
      const std::vector<TokenConfig>& configs, Report report);

  bool empty() const;

  // What the request's "Authorization: Bearer" names; null without one that is
  // known. Compares with every token, in constant time.
  std::shared_ptr<const TokenConfig> Find(const net::HttpRequest& request);

  // Likewise the token with which GitHub's X-Hub-Signature-256 signs the body.
  std::shared_ptr<const TokenConfig> FindSigner(
      const net::HttpRequest& request);

  // From now on these are the tokens; `other` is empty afterwards.
  void Replace(EventTokens& other);

 private:
  struct Token {
    std::shared_ptr<const TokenConfig> config;
    std::string text;
  };
  using Tokens = std::vector<Token>;

  EventTokens(Tokens tokens, Report report);
  static absl::StatusOr<Tokens> Read(
      const std::vector<std::shared_ptr<const TokenConfig>>& configs);
  void LookAgain();
  std::shared_ptr<const TokenConfig> FindIf(
      const std::function<bool(const std::string& token)>& fits);

  const Report report_;
  mutable std::mutex mutex_;
  Tokens tokens_;
  net::FileWatch files_;
};

// `next` for who shows a token, 401 for others; without tokens, for everyone.
// `has_users`: who came so far without a token is a user of the web
// configuration.
net::HttpHandler RequireToken(EventTokens& tokens,
                              std::function<bool()> has_users,
                              net::HttpHandler next);

}  // namespace rollwatch

#endif  // ROLLWATCH_API_EVENT_TOKENS_H_
