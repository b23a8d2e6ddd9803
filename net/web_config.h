// The file of --web.config.file, in the format of Prometheus' exporter-toolkit
// (github.com/prometheus/exporter-toolkit, docs/web-configuration.md): TLS,
// users, headers and a rate limit, for every listener.

#ifndef NET_WEB_CONFIG_H_
#define NET_WEB_CONFIG_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/diagnostic.h"
#include "base/time.h"
#include "net/file_watch.h"
#include "net/http_message.h"
#include "net/password.h"
#include "net/tls.h"

namespace net {

struct RateLimit {
  base::Duration interval = 0;  // A request in each; 0: no limit.
  std::int64_t burst = 0;       // That many at once.
};

struct WebConfig {
  std::optional<TlsOptions> tls;
  std::map<std::string, std::string> users;  // Name to bcrypt hash.
  std::vector<std::string> auth_excluded_paths;
  std::vector<Header> headers;  // Of every response.
  RateLimit rate_limit;
};

// Reads the YAML text; relative file names are seen from `folder`. What is
// wrong is reported, and the rest read. HTTP/2 may be asked for, and is not
// spoken: clients agree on HTTP/1.1.
WebConfig ReadWebConfig(std::string_view text, const std::string& folder,
                        base::Diagnostics& diagnostics);

// A web configuration in use: looks at its file and at those it names for
// every handshake and request, at most once a second. A changed file that
// cannot be used is told to `report` once, and the old one stays; so it does
// when TLS would be switched on or off, which needs a restart. Thread-safe.
class WebFront {
 public:
  using Report = std::function<void(const absl::Status&)>;

  // Without a file (path "") everything is open and plain.
  static absl::StatusOr<std::shared_ptr<WebFront>> Load(const std::string& path,
                                                        Report report);

  // Reads the file again now. On an error the old one stays.
  absl::Status Reload();

  bool has_tls() const;
  bool has_users() const;
  // For HttpServerOptions; empty without TLS. Holds a share of this.
  static TlsContextSource ContextSource(const std::shared_ptr<WebFront>& front);

  // `next` behind the rate limit (429), the users (401) and with the headers.
  // A request that `admits` accepts, by a bearer token, needs no user.
  using Admits = std::function<bool(const HttpRequest&)>;
  static HttpHandler Protect(const std::shared_ptr<WebFront>& front,
                             HttpHandler next, Admits admits = nullptr);

 private:
  struct State {
    WebConfig config;
    std::shared_ptr<TlsServer> tls;
  };
  WebFront(std::string path, Report report);
  absl::StatusOr<std::shared_ptr<const State>> Read() const;
  std::shared_ptr<const State> Current();
  std::optional<HttpResponse> Refuse(const State& state,
                                     const HttpRequest& request);
  bool TakeFromBucket(const RateLimit& limit);

  const std::string path_;
  const Report report_;
  PasswordCheck passwords_;
  mutable std::mutex mutex_;
  std::shared_ptr<const State> state_;
  FileWatch file_;
  double bucket_ = -1;  // Requests that may come now; -1: as yet full.
  base::Timestamp filled_ = 0;
};

}  // namespace net

#endif  // NET_WEB_CONFIG_H_
