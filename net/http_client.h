// An HTTP client.

#ifndef NET_HTTP_CLIENT_H_
#define NET_HTTP_CLIENT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "net/http_message.h"

namespace net {

// Whom to trust behind https:// and how to say who we are. Paths of PEM files.
struct TlsClientOptions {
  std::string ca_file = {};  // Else the system's authorities.
  std::string certificate_file = {};
  std::string key_file = {};
  bool insecure = false;  // Believes any certificate.
};

// How to reach a server that asks for more than a URL; for many calls.
struct ClientOptions {
  std::vector<Header> headers = {};  // Sent with each request.
  TlsClientOptions tls = {};
};

struct HttpCall {
  std::string method = "GET";  // Or "POST", which sends the body.
  std::string url = {};        // http:// or https://.
  std::vector<Header> headers = {};
  std::string body = {};
  // For all of it: look-up, connection, answer.
  base::Duration timeout = 10'000;
  std::size_t max_response_bytes = std::size_t{64} << 20;
  TlsClientOptions tls = {};
};

// Sends the request and waits for the whole answer, which may have any status.
// Fails with Unavailable when there is no answer (no connection, no name, cut
// off), DeadlineExceeded when it did not come in time, ResourceExhausted when
// it is too long, InvalidArgument for what is no URL, FailedPrecondition when
// this machine has no libcurl.
//
// Redirects are not followed. Proxies are taken from the environment
// (http_proxy, no_proxy), but never for this machine itself. Safe to call from
// many threads. libcurl is loaded by the first call.
absl::StatusOr<HttpResponse> Send(const HttpCall& call);

}  // namespace net

#endif  // NET_HTTP_CLIENT_H_
