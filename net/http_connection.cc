#include "net/http_connection.h"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/time.h"
#include "net/http_exchange.h"
#include "net/http_message.h"

namespace net {
namespace {

// Stream is a TCP socket or TLS on one. All but Close() runs on the stream's
// strand; the handler on a worker.
template <class Stream>
class HttpConnection final
    : public Connection,
      public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Stream, Tcp::socket>;

  HttpConnection(Stream stream, std::shared_ptr<ConnectionShare> share)
      : share_(std::move(share)),
        stream_(std::move(stream)),
        timer_(stream_.get_executor()) {
    ErrorCode ignored;
    socket().set_option(Tcp::no_delay(true), ignored);
    const Tcp::endpoint remote = socket().remote_endpoint(ignored);
    asio::ip::address address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    client_ = address.to_string(ignored);
  }
  ~HttpConnection() override { share_->table.Leave(this); }

  void Start() {
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] {
      self->Arm(self->share_->options.header_deadline);
      if constexpr (kTls) {
        self->Handshake();
      } else {
        self->Await();
      }
    });
  }

  void Close() override {
    asio::post(stream_.get_executor(), [weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->End();
    });
  }

 private:
  Tcp::socket& socket() { return beast::get_lowest_layer(stream_); }

  // From now on what is read or written has so long, altogether.
  void Arm(base::Duration deadline) {
    expired_ = false;
    timer_.expires_after(std::chrono::milliseconds(deadline));
    timer_.async_wait([weak = this->weak_from_this()](const ErrorCode& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      // It may have been armed anew after this had been queued.
      if (self->timer_.expiry() > std::chrono::steady_clock::now()) return;
      self->expired_ = true;
      ErrorCode ignored;
      self->socket().cancel(ignored);
    });
  }

  void End() {
    ErrorCode ignored;
    timer_.cancel(ignored);
    socket().shutdown(Tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }

  // Whoever speaks HTTP to a TLS port is told so, as Go's server does.
  void Handshake() {
    socket().async_wait(
        Tcp::socket::wait_read,
        [self = this->shared_from_this()](const ErrorCode& error) {
          if (error) return self->End();
          constexpr char kHandshakeRecord = 0x16;
          char first = kHandshakeRecord;
          ErrorCode ignored;
          self->socket().receive(asio::buffer(&first, 1),
                                 Tcp::socket::message_peek, ignored);
          if (first == kHandshakeRecord) return self->ShakeHands();
          self->WritePlain(
              "HTTP/1.0 400 Bad Request\r\n\r\n"
              "Client sent an HTTP request to an HTTPS server.\n");
        });
  }

  void ShakeHands() {
    if constexpr (kTls) {
      stream_.async_handshake(
          asio::ssl::stream_base::server,
          [self = this->shared_from_this()](const ErrorCode& error) {
            if (error) return self->End();
            self->Await();
          });
    }
  }

  void WritePlain(std::string_view text) {
    asio::async_write(socket(), asio::buffer(text.data(), text.size()),
                      [self = this->shared_from_this()](
                          const ErrorCode&, std::size_t) { self->Linger(); });
  }

  // The first byte of a request; the deadline is armed.
  void Await() {
    parser_.emplace();
    parser_->header_limit(
        static_cast<std::uint32_t>(share_->options.max_header_bytes));
    parser_->body_limit(share_->options.max_body_bytes);
    if (buffer_.size() > 0) return ReadHead();
    stream_.async_read_some(buffer_.prepare(kReadSize),
                            [self = this->shared_from_this()](
                                const ErrorCode& error, std::size_t size) {
                              if (error) return self->End();
                              self->buffer_.commit(size);
                              self->ReadHead();
                            });
  }

  void ReadHead() {
    Arm(share_->options.header_deadline);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
          if (error) return self->ReadingFailed(error, /*in_body=*/false);
          if (const auto refusal = CheckHead(*self->parser_)) {
            return self->Refuse(*refusal);
          }
          self->Arm(self->share_->options.body_deadline);
          self->Continue();
        });
  }

  // A client with much to send may want to be asked for it; one of HTTP/1.0
  // would take that for its answer.
  void Continue() {
    constexpr unsigned kAsked = 11;
    if (parser_->get()[beast::http::field::expect].empty() ||
        parser_->get().version() < kAsked) {
      return ReadBody();
    }
    static constexpr std::string_view kContinue =
        "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(
        stream_, asio::buffer(kContinue.data(), kContinue.size()),
        [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
          if (error) return self->ReadingFailed(error, /*in_body=*/true);
          self->ReadBody();
        });
  }

  void ReadBody() {
    if (parser_->is_done()) return Serve();
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
          if (error) return self->ReadingFailed(error, /*in_body=*/true);
          self->Serve();
        });
  }

  void ReadingFailed(const ErrorCode& error, bool in_body) {
    std::optional<Refusal> refusal;
    if (expired_) {
      refusal = in_body ? Refusal{408, "the body did not come in time"}
                        : Refusal{408, "the header did not come in time"};
    } else {
      refusal = RefusalOf(error, in_body);
    }
    if (!refusal) return End();
    Refuse(*refusal);
  }

  void Refuse(const Refusal& refusal) {
    keep_ = false;
    Respond(ResponseOf(refusal));
  }

  void Serve() {
    ErrorCode ignored;
    timer_.cancel(ignored);
    const std::optional<Refusal> refusal =
        RefusalOf(share_->table.Admit(this, client_));
    if (refusal) return Refuse(*refusal);
    admitted_ = true;
    keep_ = parser_->get().keep_alive();
    auto request = std::make_shared<HttpRequest>(MessageOf(*parser_, client_));
    const auto& is_quick = share_->options.is_quick;
    if (is_quick && is_quick(*request)) {
      return Respond(Answer(share_->handler, *request));
    }
    asio::post(share_->workers, [self = this->shared_from_this(),
                                 request = std::move(request)] {
      HttpResponse response = Answer(self->share_->handler, *request);
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable {
                   self->Respond(std::move(response));
                 });
    });
  }

  // Header lines and body in one call, which a plain socket sends in one
  // piece.
  void Respond(HttpResponse response) {
    if (share_->table.stopping()) keep_ = false;
    Arm(share_->options.send_deadline);
    response_ = std::move(response);
    const bool head_only = parser_->get().method() == beast::http::verb::head;
    head_ = HeadOf(response_, parser_->get().version(), keep_);
    const std::array<asio::const_buffer, 2> pieces = {
        asio::buffer(head_),
        head_only ? asio::const_buffer() : asio::buffer(response_.body)};
    asio::async_write(stream_, pieces,
                      [self = this->shared_from_this(), head_only](
                          const ErrorCode& error, std::size_t) {
                        if (!error && !head_only && self->response_.on_sent) {
                          self->response_.on_sent();
                        }
                        self->response_ = {};
                        self->Answered();
                        if (error) return self->End();
                        if (!self->keep_) return self->Linger();
                        self->Arm(self->share_->options.idle_timeout);
                        self->Await();
                      });
  }

  void Answered() {
    if (admitted_) share_->table.Answered(this, client_);
    admitted_ = false;
  }

  // Closed with unread bytes, a connection is reset, and the client may lose
  // our answer: what it still sends is read, for a moment.
  void Linger() {
    Arm(kLingerTime);
    ErrorCode ignored;
    socket().shutdown(Tcp::socket::shutdown_send, ignored);
    Drain();
  }

  void Drain() {
    buffer_.clear();
    socket().async_read_some(
        buffer_.prepare(kReadSize),
        [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
          if (error) return self->End();
          self->Drain();
        });
  }

  static constexpr std::size_t kReadSize = 4096;
  static constexpr base::Duration kLingerTime = 1'000;

  const std::shared_ptr<ConnectionShare> share_;
  Stream stream_;
  asio::steady_timer timer_;
  std::string client_;
  beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  HttpResponse response_;
  std::string head_;
  bool expired_ = false;   // The deadline passed.
  bool keep_ = false;      // The connection, behind this response.
  bool admitted_ = false;  // Answered() is due.
};

template <class Stream>
void Begin(Stream stream, const std::shared_ptr<ConnectionShare>& share) {
  const auto connection =
      std::make_shared<HttpConnection<Stream>>(std::move(stream), share);
  if (share->table.Enter(connection)) connection->Start();
}

}  // namespace

void BeginConnection(Tcp::socket socket,
                     const std::shared_ptr<ConnectionShare>& share) {
  if (!share->options.tls) return Begin(std::move(socket), share);
  const std::shared_ptr<SSL_CTX> certificates = share->options.tls();
  SSL_CTX_up_ref(certificates.get());
  // Takes over the reference; each stream has its own.
  asio::ssl::context context(certificates.get());
  Begin(asio::ssl::stream<Tcp::socket>(std::move(socket), context), share);
}

}  // namespace net
