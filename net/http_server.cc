#include "net/http_server.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "net/http_connection.h"
#include "net/url.h"

namespace net {

namespace http = beast::http;

std::optional<Refusal> RefusalOf(const ErrorCode& error, bool in_body) {
  if (error == http::error::header_limit) {
    return Refusal{431, "the header is too long"};
  }
  if (error == http::error::body_limit) {
    return Refusal{413, "the body is too long"};
  }
  if (error == http::error::partial_message) {
    if (!in_body) return std::nullopt;
    return Refusal{400, "the body is shorter than its Content-Length"};
  }
  if (error == http::error::end_of_stream) return std::nullopt;
  if (error.category() ==
      http::make_error_code(http::error::bad_method).category()) {
    return in_body ? Refusal{400, "the body is broken"}
                   : Refusal{400, "this is no HTTP request"};
  }
  return std::nullopt;
}

std::optional<Refusal> CheckHead(const RequestParser& parser) {
  const http::request<http::string_body>& head = parser.get();
  // The parser takes what others before or behind us may read otherwise.
  if (head.count(http::field::content_length) +
          head.count(http::field::transfer_encoding) >
      1) {
    return Refusal{400,
                   "one Content-Length or one Transfer-Encoding, not both"};
  }
  const beast::string_view length = head[http::field::content_length];
  if (length.find_first_not_of("0123456789") != length.npos) {
    return Refusal{400, "Content-Length is a number"};
  }
  const beast::string_view encoding = head[http::field::transfer_encoding];
  if (!encoding.empty() && !beast::iequals(encoding, "chunked")) {
    return Refusal{501, "Transfer-Encoding is chunked, or none"};
  }
  const beast::string_view expect = head[http::field::expect];
  if (!expect.empty() && !beast::iequals(expect, "100-continue")) {
    return Refusal{417, "Expect is 100-continue, or none"};
  }
  return std::nullopt;
}

std::optional<Refusal> RefusalOf(ConnectionTable::Admission admission) {
  switch (admission) {
    case ConnectionTable::Admission::kAdmitted:
      return std::nullopt;
    case ConnectionTable::Admission::kStopping:
      return Refusal{503, "the server is stopping"};
    case ConnectionTable::Admission::kFull:
      return Refusal{503, "too many requests wait for their answer"};
    case ConnectionTable::Admission::kClientFull:
      return Refusal{429, "too many of this address' requests wait"};
  }
  return std::nullopt;
}

HttpResponse ResponseOf(const Refusal& refusal) {
  HttpResponse response;
  response.status = refusal.status;
  response.content_type = "application/json";
  response.body =
      absl::StrFormat("{\"error\":%s}\n", base::JsonQuote(refusal.reason));
  if (refusal.status == 429 || refusal.status == 503) {
    response.headers.push_back({"Retry-After", "1"});
  }
  return response;
}

namespace {

std::string_view View(beast::string_view text) {
  return {text.data(), text.size()};
}

// A proxy's client may send "http://host/path".
std::string_view PathAndQuery(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == target.npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == target.npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

HttpRequest MessageOf(RequestParser& parser, const std::string& client) {
  http::request<http::string_body>& message = parser.get();
  HttpRequest request;
  request.method = View(message.method_string());
  const std::string_view target = PathAndQuery(View(message.target()));
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path =
      RemoveDotSegments(PercentDecode(target.substr(0, question), false));
  if (question < target.size()) {
    request.query = ParseQuery(target.substr(question + 1));
  }
  for (const auto& field : message) {
    request.headers.push_back({std::string(View(field.name_string())),
                               std::string(View(field.value()))});
  }
  request.body = std::move(message.body());
  request.remote_address = client;
  return request;
}

HttpResponse Answer(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    return {.status = 500, .body = "internal error\n"};
  }
}

std::string HeadOf(const HttpResponse& response, unsigned version, bool keep) {
  std::string text = absl::StrFormat(
      "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n",
      response.status, ReasonPhrase(response.status), response.content_type,
      response.body.size());
  for (const Header& header : response.headers) {
    absl::StrAppendFormat(&text, "%s: %s\r\n", header.name, header.value);
  }
  constexpr unsigned kKeepsByItself = 11;
  if (!keep) text += "Connection: close\r\n";
  if (keep && version < kKeepsByItself) text += "Connection: keep-alive\r\n";
  text += "\r\n";
  return text;
}

namespace {

using PlainConnection = HttpConnection<Tcp::socket>;
using TlsConnection = HttpConnection<asio::ssl::stream<Tcp::socket>>;

// Two, so that a TLS handshake does not hold up a scrape.
constexpr int kIoThreads = 2;

absl::Status CannotListen(const ListenAddress& address,
                          const ErrorCode& error) {
  return absl::UnavailableError(absl::StrFormat(
      "cannot listen on %s: %s", address.ToString(), error.message()));
}

ErrorCode Listen(const ListenAddress& address, Tcp::acceptor& acceptor) {
  ErrorCode error;
  const Tcp::endpoint endpoint(asio::ip::make_address(address.host, error),
                               static_cast<std::uint16_t>(address.port));
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error && address.host == kEveryAddress) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(Tcp::acceptor::max_listen_connections, error);
  if (error) {
    ErrorCode ignored;
    acceptor.close(ignored);
  }
  return error;
}

}  // namespace

struct HttpServer::Rep {
  Rep(const HttpServerOptions& options, HttpHandler handler)
      : acceptor(asio::make_strand(io)),
        pause(acceptor.get_executor()),
        share(new ConnectionShare{
            options, std::move(handler),
            ConnectionTable({options.max_connections, options.max_requests,
                             options.max_requests_per_client}),
            asio::thread_pool(static_cast<std::size_t>(options.threads))}) {}

  void Accept();
  void Accepted(Tcp::socket socket);
  void RunThreads();

  asio::io_context io;
  Tcp::acceptor acceptor;
  asio::steady_timer pause;
  ListenAddress bound;
  std::shared_ptr<ConnectionShare> share;
  std::vector<std::thread> threads;
};

void HttpServer::Rep::Accept() {
  acceptor.async_accept(asio::make_strand(io),
                        [this](const ErrorCode& error, Tcp::socket socket) {
                          if (error == asio::error::operation_aborted) return;
                          if (!error) {
                            Accepted(std::move(socket));
                            return Accept();
                          }
                          // No descriptor is left, or the client has gone
                          // already.
                          share->table.CloseLongestWaiting();
                          pause.expires_after(std::chrono::milliseconds(10));
                          pause.async_wait([this](const ErrorCode& stopped) {
                            if (!stopped) Accept();
                          });
                        });
}

void HttpServer::Rep::Accepted(Tcp::socket socket) {
  const auto start = [this](const auto& connection) {
    if (share->table.Enter(connection)) connection->Start();
  };
  if (!share->options.tls) {
    start(std::make_shared<PlainConnection>(std::move(socket), share));
    return;
  }
  const std::shared_ptr<SSL_CTX> certificates = share->options.tls();
  SSL_CTX_up_ref(certificates.get());
  // Takes over the reference; each stream has its own.
  asio::ssl::context context(certificates.get());
  start(std::make_shared<TlsConnection>(
      asio::ssl::stream<Tcp::socket>(std::move(socket), context), share));
}

void HttpServer::Rep::RunThreads() {
  for (int i = 0; i < kIoThreads; ++i) {
    threads.emplace_back([this] { io.run(); });
  }
}

HttpServer::HttpServer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

HttpServer::~HttpServer() { Stop(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const HttpServerOptions& options, HttpHandler handler) {
  absl::StatusOr<ListenAddress> address = ParseListenAddress(options.address);
  if (!address.ok()) return address.status();
  auto rep = std::make_unique<Rep>(options, std::move(handler));
  ErrorCode error = Listen(*address, rep->acceptor);
  if (error && address->host == kEveryAddress &&
      error != asio::error::address_in_use) {
    // A machine without IPv6.
    address->host = "0.0.0.0";
    error = Listen(*address, rep->acceptor);
  }
  if (error) return CannotListen(*address, error);
  rep->bound = *address;
  rep->bound.port = rep->acceptor.local_endpoint(error).port();
  rep->Accept();
  rep->RunThreads();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(rep)));
}

std::string HttpServer::address() const { return rep_->bound.ToString(); }

std::string HttpServer::host() const { return rep_->bound.host; }

int HttpServer::port() const { return rep_->bound.port; }

void HttpServer::Stop(base::Duration deadline) {
  if (rep_->threads.empty()) return;
  rep_->share->table.Stop();
  rep_->share->table.WaitUntilAnswered(deadline);
  asio::post(rep_->acceptor.get_executor(), [rep = rep_.get()] {
    ErrorCode ignored;
    rep->acceptor.close(ignored);
    rep->pause.cancel(ignored);
  });
  rep_->share->table.CloseAll();
  // A handler that still runs finds its connection closed.
  rep_->share->workers.join();
  rep_->io.stop();
  for (std::thread& thread : rep_->threads) thread.join();
  rep_->threads.clear();
}

}  // namespace net
