#include "net/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/http_connection.h"
#include "net/http_exchange.h"
#include "net/url.h"

namespace net {

namespace {

// One thread reads and writes for all connections without waking another; a TLS
// handshake is long enough to share them between two.
constexpr int kPlainThreads = 1;
constexpr int kTlsThreads = 2;

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
      : io_threads(options.tls ? kTlsThreads : kPlainThreads),
        io(io_threads),
        acceptor(asio::make_strand(io)),
        pause(acceptor.get_executor()),
        share(new ConnectionShare{
            options, std::move(handler),
            ConnectionTable({options.max_connections, options.max_requests,
                             options.max_requests_per_client}),
            asio::thread_pool(static_cast<std::size_t>(options.threads))}) {}

  void Accept();
  void RunThreads();

  const int io_threads;
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
                            BeginConnection(std::move(socket), share);
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

void HttpServer::Rep::RunThreads() {
  for (int i = 0; i < io_threads; ++i) {
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
