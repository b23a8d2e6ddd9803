// An HTTP/1.1 server for one listening address.

#ifndef NET_HTTP_SERVER_H_
#define NET_HTTP_SERVER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "net/http_message.h"

namespace net {

struct HttpServerOptions {
  // HOST:PORT; see ParseListenAddress(). Port 0: the system picks one.
  std::string address = "127.0.0.1:0";
  // Also the number of connections that are served at once; the others wait.
  int threads = 8;
  // A longer body is answered 413 before it is read.
  std::size_t max_body_bytes = std::size_t{1} << 20;
  // A request whose body has not come by then is answered 408 and its
  // connection closed. A header, too, has this long. A body that trickles in
  // on purpose is cut off at the latest 64 silences of one such span each
  // after the deadline: the thread can look at the clock only between reads.
  base::Duration receive_deadline = 10'000;
  // How long a connection without a request keeps its thread.
  base::Duration idle_timeout = 2'000;
};

// Serves requests on its own threads from Start() until Stop(). Connections
// are kept alive. A request with both Content-Length and Transfer-Encoding is
// answered 400 and its connection closed. What is refused before the handler
// sees it is answered {"error": reason}. A handler's exception becomes a 500.
// The body of a response to HEAD is not sent.
class HttpServer {
 public:
  // Fails when the address is wrong or taken.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HttpServerOptions& options, HttpHandler handler);
  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // As bound: "127.0.0.1:10970".
  std::string address() const;
  int port() const;

  // Requests under way get their answer; new ones are answered 503 meanwhile.
  // Returns when all threads have ended, and cuts off what still runs after
  // the deadline. May be called twice.
  void Stop(base::Duration deadline = 10'000);

 private:
  struct Rep;
  explicit HttpServer(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace net

#endif  // NET_HTTP_SERVER_H_
