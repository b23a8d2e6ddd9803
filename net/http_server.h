// An HTTP/1.1 server for one listening address, plain or TLS.

#ifndef NET_HTTP_SERVER_H_
#define NET_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "net/http_message.h"
#include "net/tls.h"

namespace net {

struct HttpServerOptions {
  // HOST:PORT; see ParseListenAddress(). Port 0: the system picks one.
  std::string address = "127.0.0.1:0";
  // That run the handler. Reading and writing have their own.
  int threads = 8;

  // Each is the whole time from its beginning, however little comes at a time.
  base::Duration header_deadline = 5'000;  // The TLS handshake has it, too.
  base::Duration body_deadline = 10'000;
  base::Duration send_deadline = 30'000;
  // How long a kept connection may be silent.
  base::Duration idle_timeout = 90'000;

  std::size_t max_header_bytes = std::size_t{16} << 10;
  std::size_t max_body_bytes = std::size_t{1} << 20;

  // Connections open at once. A new one beyond them takes the place of that
  // which has waited longest for its client's request.
  std::size_t max_connections = 4'096;
  // Requests that wait for a thread or are being answered; one more is
  // answered 503, and 429 when it is its own client who has so many.
  std::size_t max_requests = 1'024;
  std::size_t max_requests_per_client = 512;

  // The certificates for the next handshake; without, plain HTTP.
  TlsContextSource tls;
  // Whether the handler answers this request at once: in well under a
  // millisecond, waiting for nothing. It then runs where requests are read,
  // which spares two changes of thread. Null: it never does.
  std::function<bool(const HttpRequest&)> is_quick;
};

// Serves requests from Start() until Stop(). A request reaches the handler
// only when all of it has come. Connections are kept alive. What is refused
// before is answered {"error": reason} and its connection closed: 400 what is
// no HTTP or has both Content-Length and Transfer-Encoding; 408 what did not
// come in time; 413 and 431 what is too long; 429 and 503, with Retry-After,
// what is too much. A handler's exception becomes a 500. The body of a
// response to HEAD is not sent.
class HttpServer {
 public:
  // Fails when the address is wrong or taken.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HttpServerOptions& options, HttpHandler handler);
  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // As bound: "127.0.0.1:10970", "[::1]:10970".
  std::string address() const;
  std::string host() const;  // An IP address.
  int port() const;

  // Requests under way get their answer; new ones are answered 503 meanwhile.
  // After the deadline what is left is cut off; returns when all threads have
  // ended, which a handler that hangs delays. May be called twice.
  void Stop(base::Duration deadline = 10'000);

 private:
  struct Rep;
  explicit HttpServer(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace net

#endif  // NET_HTTP_SERVER_H_
