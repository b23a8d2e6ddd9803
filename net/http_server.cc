#include "net/http_server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "net/url.h"

namespace net {

using Clock = std::chrono::steady_clock;

struct HttpServer::Rep {
  HttpServerOptions options;
  HttpHandler handler;
  ListenAddress bound;
  mg_context* context = nullptr;

  std::mutex mutex;
  std::condition_variable quiet;  // No request under way.
  int under_way = 0;
  bool stopping = false;

  // What civetweb calls for every request.
  static int Serve(mg_connection* connection);
};

namespace {

// What a request whose connection must end afterwards is answered with.
struct Refusal {
  int status;
  std::string_view reason;
};

std::string_view TextOf(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// Header lines and body in one piece: two writes would wait for the client's
// delayed acknowledgement of the first (measured: 43 ms a request).
void Write(mg_connection* connection, const HttpResponse& response, bool head,
           bool close) {
  std::string text = absl::StrFormat(
      "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n",
      response.status, ReasonPhrase(response.status), response.content_type,
      response.body.size());
  for (const Header& header : response.headers) {
    absl::StrAppendFormat(&text, "%s: %s\r\n", header.name, header.value);
  }
  if (close) text += "Connection: close\r\n";
  text += "\r\n";
  if (!head) text += response.body;
  const int written = mg_write(connection, text.data(), text.size());
  const bool complete = written == static_cast<int>(text.size());
  if (complete && !head && response.on_sent) response.on_sent();
}

HttpRequest ReadHead(const mg_request_info& info) {
  HttpRequest request;
  request.method = TextOf(info.request_method);
  request.path = TextOf(info.local_uri);
  if (request.path.empty()) request.path = "/";
  request.query = ParseQuery(TextOf(info.query_string));
  request.remote_address = TextOf(info.remote_addr);
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers.push_back(
        {std::string(TextOf(info.http_headers[i].name)),
         std::string(TextOf(info.http_headers[i].value))});
  }
  return request;
}

// Civetweb 1.15 lets through what later versions refuse.
std::optional<Refusal> CheckFraming(const HttpRequest& request) {
  int lengths = 0;
  int encodings = 0;
  for (const Header& header : request.headers) {
    // A copy: what FindHeader looks at ends with the statement.
    const std::string length(FindHeader({header}, "Content-Length"));
    // Civetweb reads "5, 7" and "+5" as 5; whoever stands before us may not.
    if (length.find_first_not_of("0123456789") != length.npos) {
      return Refusal{400, "Content-Length is a number"};
    }
    lengths += length.empty() ? 0 : 1;
    encodings += FindHeader({header}, "Transfer-Encoding").empty() ? 0 : 1;
  }
  if (lengths + encodings > 1) {
    return Refusal{400,
                   "one Content-Length or one Transfer-Encoding, not both"};
  }
  return std::nullopt;
}

// Reads the body. mg_read() returns only when the piece is full, however
// slowly that comes, so the pieces are small while the client is slow.
std::optional<Refusal> ReadBody(mg_connection* connection,
                                const HttpServerOptions& options,
                                HttpRequest& request) {
  constexpr std::size_t kLargestPiece = 64;
  constexpr auto kSlow = std::chrono::milliseconds(5);
  const long long length = mg_get_request_info(connection)->content_length;
  const Refusal too_long = {413, "the body is too long"};
  const auto limit = static_cast<long long>(options.max_body_bytes);
  if (length > limit) return too_long;
  const bool chunked =
      !FindHeader(request.headers, "Transfer-Encoding").empty();
  if (!chunked && length <= 0) return std::nullopt;
  if (!FindHeader(request.headers, "Expect").empty()) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    mg_write(connection, kContinue.data(), kContinue.size());
  }
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(options.receive_deadline);
  std::size_t piece = 1;
  char bytes[kLargestPiece];
  while (chunked || request.body.size() < static_cast<std::size_t>(length)) {
    const auto before = Clock::now();
    if (before > deadline) return Refusal{408, "the body did not come in time"};
    std::size_t wanted = piece;
    if (!chunked) {
      wanted = std::min(piece,
                        static_cast<std::size_t>(length) - request.body.size());
    }
    const int read = mg_read(connection, bytes, wanted);
    if (read < 0) return Refusal{400, "the body is broken"};
    if (read == 0) {
      if (chunked) return std::nullopt;
      return Refusal{408, "the body is shorter than its Content-Length"};
    }
    request.body.append(bytes, static_cast<std::size_t>(read));
    if (request.body.size() > options.max_body_bytes) return too_long;
    const bool slow = Clock::now() - before > kSlow;
    piece = slow ? 1 : std::min(piece * 2, kLargestPiece);
  }
  return std::nullopt;
}

// The handler's answer; an exception must not reach civetweb's C frames.
HttpResponse Answer(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    return {.status = 500, .body = "internal error\n"};
  }
}

void ServeOne(mg_connection* connection, const mg_request_info& info,
              const HttpServerOptions& options, const HttpHandler& handler,
              bool stopping) {
  HttpRequest request = ReadHead(info);
  std::optional<Refusal> refusal;
  if (stopping) refusal = Refusal{503, "the server is stopping"};
  if (!refusal) refusal = CheckFraming(request);
  if (!refusal) refusal = ReadBody(connection, options, request);
  HttpResponse response;
  if (refusal) {
    // Without this civetweb would first read what it must not wait for.
    mg_disable_keep_alive(connection);
    response.status = refusal->status;
    response.content_type = "application/json";
    response.body =
        absl::StrFormat("{\"error\":%s}\n", base::JsonQuote(refusal->reason));
  } else {
    response = Answer(handler, request);
  }
  Write(connection, response, request.method == "HEAD", refusal.has_value());
}

// Civetweb would write to stderr.
int Discard(const mg_connection*, const char*) { return 1; }

}  // namespace

int HttpServer::Rep::Serve(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  auto& rep = *static_cast<Rep*>(info.user_data);
  bool stopping = false;
  {
    const std::lock_guard lock(rep.mutex);
    stopping = rep.stopping;
    ++rep.under_way;
  }
  ServeOne(connection, info, rep.options, rep.handler, stopping);
  const std::lock_guard lock(rep.mutex);
  if (--rep.under_way == 0) rep.quiet.notify_all();
  return 1;  // The request is answered.
}

namespace {

absl::StatusOr<mg_context*> StartCivetweb(const HttpServerOptions& options,
                                          const ListenAddress& address,
                                          int (*serve)(mg_connection*),
                                          void* user) {
  const std::string port = absl::StrFormat("%s:%d", address.host, address.port);
  const std::string threads = absl::StrFormat("%d", options.threads);
  const std::string receive = absl::StrFormat("%d", options.receive_deadline);
  const std::string idle = absl::StrFormat("%d", options.idle_timeout);
  // clang-format off
  const char* settings[] = {
      "listening_ports", port.c_str(),
      "num_threads", threads.c_str(),
      "request_timeout_ms", receive.c_str(),
      "enable_keep_alive", "yes",
      "keep_alive_timeout_ms", idle.c_str(),
      "tcp_nodelay", "1",
      nullptr};
  // clang-format on
  mg_callbacks callbacks = {};
  callbacks.begin_request = serve;
  callbacks.log_message = &Discard;
  mg_init_data init = {&callbacks, user, settings};
  char text[256] = {};
  unsigned code = 0;
  mg_error_data error = {&code, text, sizeof(text)};
  mg_context* context = mg_start2(&init, &error);
  if (context == nullptr) {
    return absl::UnavailableError(
        absl::StrFormat("cannot listen on %s: %s", port, text));
  }
  return context;
}

// Civetweb looks whether it shall stop when a connection comes, or every 2 s.
void Wake(const ListenAddress& address) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(address.port));
  inet_pton(AF_INET, address.host.c_str(), &name.sin_addr);
  // To 0.0.0.0 a connection goes to this machine.
  (void)connect(descriptor, reinterpret_cast<const sockaddr*>(&name),
                sizeof(name));
  close(descriptor);
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

HttpServer::~HttpServer() { Stop(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const HttpServerOptions& options, HttpHandler handler) {
  const absl::StatusOr<ListenAddress> address =
      ParseListenAddress(options.address);
  if (!address.ok()) return address.status();
  auto rep = std::make_unique<Rep>();
  rep->options = options;
  rep->handler = std::move(handler);
  rep->bound = *address;
  const absl::StatusOr<mg_context*> context =
      StartCivetweb(options, *address, &Rep::Serve, rep.get());
  if (!context.ok()) return context.status();
  rep->context = *context;
  mg_server_port port = {};
  if (mg_get_server_ports(*context, 1, &port) == 1) rep->bound.port = port.port;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(rep)));
}

std::string HttpServer::address() const {
  return absl::StrFormat("%s:%d", rep_->bound.host, rep_->bound.port);
}

int HttpServer::port() const { return rep_->bound.port; }

void HttpServer::Stop(base::Duration deadline) {
  {
    std::unique_lock lock(rep_->mutex);
    if (rep_->context == nullptr) return;
    rep_->stopping = true;
    rep_->quiet.wait_for(lock, std::chrono::milliseconds(deadline),
                         [this] { return rep_->under_way == 0; });
  }
  std::atomic<bool> stopped = false;
  std::thread stop([this, &stopped] {
    mg_stop(rep_->context);
    stopped = true;
  });
  // The first may come before civetweb knows that it shall stop.
  while (!stopped) {
    Wake(rep_->bound);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stop.join();
  rep_->context = nullptr;
}

}  // namespace net
