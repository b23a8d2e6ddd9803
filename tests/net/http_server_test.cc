#include "net/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/http_client.h"
#include "tests/support/process.h"

namespace net {
namespace {

using tests::milliseconds;

// Says what it was asked.
HttpResponse Echo(const HttpRequest& request) {
  if (request.path == "/throw") throw std::runtime_error("boom");
  HttpResponse response;
  response.body = request.method + " " + request.path;
  for (const Parameter& parameter : request.query) {
    response.body += " " + parameter.name + "=" + parameter.value;
  }
  response.body += " [" + request.body + "]";
  response.headers = {{"X-Test", "yes"}};
  return response;
}

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    HttpServerOptions options;
    options.max_body_bytes = 10'000;
    options.header_deadline = 300;
    options.body_deadline = 300;
    auto server = HttpServer::Start(options, Echo);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Url(std::string_view path) const {
    return absl::StrFormat("http://%s%s", server_->address(), path);
  }

  // A connection to the server.
  int Connect() const {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name = {};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    EXPECT_EQ(connect(descriptor, reinterpret_cast<const sockaddr*>(&name),
                      sizeof(name)),
              0);
    return descriptor;
  }

  static void Say(int descriptor, std::string_view text) {
    EXPECT_EQ(send(descriptor, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // All that comes until the server closes the connection.
  static std::string Hear(int descriptor) {
    std::string text;
    char bytes[4096];
    for (;;) {
      const ssize_t read = recv(descriptor, bytes, sizeof(bytes), 0);
      if (read <= 0) break;
      text.append(bytes, static_cast<std::size_t>(read));
    }
    close(descriptor);
    return text;
  }

  std::string Raw(std::string_view request) const {
    const int descriptor = Connect();
    Say(descriptor, request);
    return Hear(descriptor);
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, PortZeroIsBoundAndReported) {
  EXPECT_GT(server_->port(), 0);
  EXPECT_EQ(server_->address(),
            absl::StrFormat("127.0.0.1:%d", server_->port()));
}

// The one worker is taken; a quick request does not need it.
TEST(QuickRequestTest, IsAnsweredWhereItIsRead) {
  std::atomic<bool> waits = false;
  std::atomic<bool> released = false;
  HttpServerOptions options;
  options.threads = 1;
  options.is_quick = [](const HttpRequest& request) {
    return request.path == "/quick";
  };
  const auto server = HttpServer::Start(options, [&](const HttpRequest& asked) {
    if (asked.path == "/slow") {
      waits = true;
      tests::Eventually([&] { return released.load(); }, milliseconds(30'000));
    }
    return HttpResponse{.body = asked.path};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string url = "http://" + (*server)->address();
  std::thread slow([&] {
    const auto response = Send({.url = url + "/slow", .timeout = 60'000});
    EXPECT_TRUE(response.ok() && response->body == "/slow");
  });
  EXPECT_TRUE(
      tests::Eventually([&] { return waits.load(); }, milliseconds(30'000)));
  for (int i = 0; i < 3; ++i) {
    const auto response = Send({.url = url + "/quick"});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "/quick");
  }
  EXPECT_FALSE(released);
  released = true;
  slow.join();
}

TEST_F(HttpServerTest, HandlerSeesPathAndQueryDecoded) {
  const auto response = Send({.url = Url("/a%20b?c=d%26e")});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "GET /a b c=d&e []");
  EXPECT_EQ(response->content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(FindHeader(response->headers, "x-test"), "yes");
}

TEST_F(HttpServerTest, BodyArrivesWhole) {
  const std::string body(9'999, 'x');
  const auto response = Send({.method = "POST", .url = Url("/"), .body = body});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "POST / [" + body + "]");
}

TEST_F(HttpServerTest, BodyOverTheLimitIsRefused) {
  const auto response = Send(
      {.method = "POST", .url = Url("/"), .body = std::string(10'001, 'x')});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_EQ(response->body, "{\"error\":\"the body is too long\"}\n");
}

TEST_F(HttpServerTest, ChunkedBodyIsRead) {
  EXPECT_NE(Raw("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0"
                "\r\n\r\n")
                .find("[abcde]"),
            std::string::npos);
}

TEST_F(HttpServerTest, ChunkedBodyOverTheLimitIsRefused) {
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  const std::string answer =
      Raw("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
          chunk + chunk + chunk);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
}

TEST_F(HttpServerTest, LengthTogetherWithChunkedIsRefused) {
  const std::string answer =
      Raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  // And what came behind is not taken for a second request.
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
}

TEST_F(HttpServerTest, LengthThatIsNoNumberIsRefused) {
  for (const char* length : {"3, 3", "+3", "3 3", "0x3"}) {
    const std::string answer = Raw(
        absl::StrFormat("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        "Content-Length: %s\r\n\r\nabc",
                        length));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << length << ": " << answer;
  }
}

TEST_F(HttpServerTest, ConnectionIsKept) {
  const std::string answer =
      Raw("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
          "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("GET /1 []"), std::string::npos) << answer;
  EXPECT_NE(answer.find("GET /2 []"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  const std::string answer =
      Raw("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, BodyThatWasSentIsToldButNotOfHead) {
  std::atomic<int> sent = 0;
  auto server = HttpServer::Start({}, [&](const HttpRequest&) {
    return HttpResponse{.body = "page", .on_sent = [&] { ++sent; }};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string url = absl::StrFormat("http://%s/", (*server)->address());
  ASSERT_TRUE(Send({.method = "HEAD", .url = url}).ok());
  ASSERT_TRUE(Send({.url = url}).ok());
  (*server)->Stop();
  EXPECT_EQ(sent, 1);
}

TEST_F(HttpServerTest, ExceptionBecomesFiveHundred) {
  const auto response = Send({.url = Url("/throw")});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 500);
  EXPECT_EQ(response->body.find("boom"), std::string::npos);
}

TEST_F(HttpServerTest, TrickledBodyIsCutOff) {
  const int descriptor = Connect();
  Say(descriptor,
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nx");
  std::atomic<bool> answered = false;
  std::thread trickle([&] {
    while (!answered) {
      (void)send(descriptor, "x", 1, MSG_NOSIGNAL);
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  std::string answer(12, ' ');
  EXPECT_GT(recv(descriptor, answer.data(), answer.size(), MSG_WAITALL), 0);
  answered = true;
  trickle.join();
  EXPECT_EQ(answer, "HTTP/1.1 408");
  close(descriptor);
}

TEST_F(HttpServerTest, TrickledHeaderIsCutOff) {
  const int descriptor = Connect();
  Say(descriptor, "GET / HTTP/1.1\r\nHost: a");
  EXPECT_TRUE(Hear(descriptor).starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, SilentConnectionIsClosedWithoutAWord) {
  EXPECT_EQ(Hear(Connect()), "");
}

TEST_F(HttpServerTest, HeaderOverTheLimitIsRefused) {
  const std::string answer =
      Raw("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(20'000, 'x') +
          "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

struct RefusedCase {
  const char* name;
  const char* request;
  const char* answer;
};

TEST_F(HttpServerTest, WhatIsNoRequestIsRefused) {
  constexpr RefusedCase kCases[] = {
      {"NoHttp", "hello\r\n\r\n", "HTTP/1.1 400 "},
      {"Version2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400 "},
      {"OtherEncoding",
       "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 501 "},
      {"OtherExpectation",
       "POST / HTTP/1.1\r\nExpect: more\r\nContent-Length: 1\r\n\r\nx",
       "HTTP/1.1 417 "},
      {"TwoLengths",
       "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
       "HTTP/1.1 400 "},
      {"BrokenChunk",
       "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       "HTTP/1.1 400 "},
  };
  for (const RefusedCase& test : kCases) {
    const std::string answer = Raw(test.request);
    EXPECT_TRUE(answer.starts_with(test.answer)) << test.name << ": " << answer;
  }
}

TEST_F(HttpServerTest, ClientThatWantsToBeAskedIsAsked) {
  const int descriptor = Connect();
  Say(descriptor,
      "POST / HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n"
      "Content-Length: 3\r\n\r\n");
  std::string asked(25, ' ');
  EXPECT_GT(recv(descriptor, asked.data(), asked.size(), MSG_WAITALL), 0);
  EXPECT_EQ(asked, "HTTP/1.1 100 Continue\r\n\r\n");
  Say(descriptor, "abc");
  EXPECT_NE(Hear(descriptor).find("[abc]"), std::string::npos);
}

TEST_F(HttpServerTest, OldClientIsNotAsked) {
  const std::string answer =
      Raw("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
          "\r\nabc");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(HttpServerTest, DotSegmentsAndAbsoluteTargetsArePaths) {
  EXPECT_NE(Raw("GET http://a/x/%2e%2e/y?z=1 HTTP/1.1\r\nConnection: close\r\n"
                "\r\n")
                .find("GET /y z=1 []"),
            std::string::npos);
}

TEST_F(HttpServerTest, OldClientIsKeptOnlyWhenItAsks) {
  EXPECT_NE(Raw("GET / HTTP/1.0\r\n\r\n").find("Connection: close\r\n"),
            std::string::npos);
  EXPECT_NE(Raw("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                "GET / HTTP/1.0\r\n\r\n")
                .find("Connection: keep-alive\r\n"),
            std::string::npos);
}

// Asked of the system itself: what our server cannot do is no reason to skip.
bool SystemHasIpv6Loopback() {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address),
                            sizeof(address)) == 0;
  ::close(socket);
  return bound;
}

TEST_F(HttpServerTest, SixIsServed) {
  if (!SystemHasIpv6Loopback()) {
    GTEST_SKIP() << "the system has no IPv6 loopback address";
  }
  HttpServerOptions options;
  options.address = "[::1]:0";
  auto server = HttpServer::Start(options, Echo);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto response =
      Send({.url = absl::StrFormat("http://%s/a", (*server)->address())});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "GET /a []");
}

// However many clients say nothing, the next one is served at once.
TEST_F(HttpServerTest, FullServerDropsTheConnectionThatWaitedLongest) {
  HttpServerOptions options;
  options.max_connections = 3;
  auto full = HttpServer::Start(options, Echo);
  ASSERT_TRUE(full.ok()) << full.status();
  server_ = *std::move(full);
  std::vector<int> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(Connect());
    Say(slow.back(), "GET /");
  }
  EXPECT_NE(Raw("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").find("GET /x"),
            std::string::npos);
  EXPECT_EQ(Hear(slow[0]), "");
  Say(slow[2], "2 HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(Hear(slow[2]).find("GET /2"), std::string::npos);
  close(slow[1]);
}

// One request is being answered and one more is too many.
std::string SecondAnswer(HttpServerOptions options) {
  std::atomic<bool> entered = false;
  std::atomic<bool> leave = false;
  auto server = HttpServer::Start(options, [&](const HttpRequest&) {
    entered = true;
    tests::Eventually([&] { return leave.load(); }, milliseconds(10'000));
    return HttpResponse{};
  });
  if (!server.ok()) return server.status().ToString();
  const std::string url = absl::StrFormat("http://%s/", (*server)->address());
  std::thread first([&] { EXPECT_TRUE(Send({.url = url}).ok()); });
  tests::Eventually([&] { return entered.load(); }, milliseconds(10'000));
  const auto second = Send({.url = url});
  leave = true;
  first.join();
  if (!second.ok()) return second.status().ToString();
  return absl::StrFormat("%d Retry-After: %s", second->status,
                         FindHeader(second->headers, "Retry-After"));
}

TEST(HttpServerLimitTest, RequestsBeyondTheLimitAreToldToComeAgain) {
  HttpServerOptions options;
  options.max_requests = 1;
  EXPECT_EQ(SecondAnswer(options), "503 Retry-After: 1");
}

TEST(HttpServerLimitTest, ClientBeyondItsLimitIsToldToSlowDown) {
  HttpServerOptions options;
  options.max_requests_per_client = 1;
  EXPECT_EQ(SecondAnswer(options), "429 Retry-After: 1");
}

TEST_F(HttpServerTest, TakenPortIsAnError) {
  HttpServerOptions options;
  options.address = server_->address();
  const auto second = HttpServer::Start(options, Echo);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.status().message().find(options.address), std::string::npos)
      << second.status();
}

TEST(HttpServerStopTest, RequestUnderWayIsAnswered) {
  std::atomic<bool> entered = false;
  std::atomic<bool> leave = false;
  auto server = HttpServer::Start({}, [&](const HttpRequest&) {
    entered = true;
    tests::Eventually([&] { return leave.load(); }, milliseconds(10'000));
    return HttpResponse{.body = "done"};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string url = absl::StrFormat("http://%s/", (*server)->address());
  std::string body;
  std::thread client([&] {
    const auto response = Send({.url = url});
    body = response.ok() ? response->body : response.status().ToString();
  });
  ASSERT_TRUE(
      tests::Eventually([&] { return entered.load(); }, milliseconds(10'000)));
  std::thread stop([&] { (*server)->Stop(); });
  // While it stops, it takes no new work.
  EXPECT_TRUE(tests::Eventually(
      [&] {
        const auto refused = Send({.url = url, .timeout = 200});
        return refused.ok() && refused->status == 503;
      },
      milliseconds(10'000)));
  leave = true;
  client.join();
  stop.join();
  EXPECT_EQ(body, "done");
  EXPECT_FALSE(Send({.url = url}).ok());
}

TEST(HttpServerStopTest, IdleServerStopsAtOnce) {
  auto server = HttpServer::Start({}, Echo);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto before = std::chrono::steady_clock::now();
  (*server)->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(1'500));
}

TEST(HttpClientTest, NobodyListeningIsUnavailable) {
  int port = 0;
  {
    auto server = HttpServer::Start({}, Echo);
    ASSERT_TRUE(server.ok()) << server.status();
    port = (*server)->port();
  }
  const auto response =
      Send({.url = absl::StrFormat("http://127.0.0.1:%d/", port)});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable)
      << response.status();
}

TEST(HttpClientTest, SilenceIsDeadlineExceeded) {
  std::atomic<bool> leave = false;
  auto server = HttpServer::Start({}, [&](const HttpRequest&) {
    tests::Eventually([&] { return leave.load(); }, milliseconds(10'000));
    return HttpResponse{};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const auto response =
      Send({.url = absl::StrFormat("http://%s/", (*server)->address()),
            .timeout = 50});
  leave = true;
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded)
      << response.status();
}

TEST_F(HttpServerTest, ClientRefusesALongAnswer) {
  const auto response = Send({.method = "POST",
                              .url = Url("/"),
                              .body = std::string(100, 'x'),
                              .max_response_bytes = 50});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted)
      << response.status();
}

TEST(HttpClientTest, WhatIsNoUrlIsAnInvalidArgument) {
  EXPECT_EQ(Send({.url = "file:///etc/passwd"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace net
