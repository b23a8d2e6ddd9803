// Any bytes as what a client sends: nothing crashes, what is refused has a
// status and a reason, and what is taken has a path that cannot leave the root.

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_exchange.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

void RequireRefusal(const std::optional<net::Refusal>& refusal,
                    std::string_view text) {
  if (!refusal) return;  // Closed without a word.
  const net::HttpResponse response = net::ResponseOf(*refusal);
  Require(response.status >= 400 && !response.body.empty(), "refused silently",
          text);
  const std::string head = net::HeadOf(response, 11, false);
  Require(head.ends_with("\r\n\r\n"), "a head without end", head);
}

void RequireRequest(const net::HttpRequest& request, std::string_view text) {
  Require(request.path.find("/../") == request.path.npos &&
              !request.path.ends_with("/.."),
          "the path leaves the root", text);
  Require(!request.method.empty(), "no method", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view rest = text;
  // Several requests may follow each other on one connection.
  for (int i = 0; i < 4 && !rest.empty(); ++i) {
    net::RequestParser parser;
    parser.eager(true);
    parser.header_limit(256);
    parser.body_limit(128);
    net::ErrorCode error;
    const std::size_t used =
        parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    if (error == boost::beast::http::error::need_more) return 0;
    if (error) {
      RequireRefusal(net::RefusalOf(error, parser.is_header_done()), text);
      return 0;
    }
    if (!parser.is_header_done()) return 0;
    if (const auto refusal = net::CheckHead(parser)) {
      RequireRefusal(refusal, text);
      return 0;
    }
    if (!parser.is_done()) return 0;
    RequireRequest(net::MessageOf(parser, "127.0.0.1"), text);
    if (used == 0) return 0;
    rest.remove_prefix(used);
  }
  return 0;
}
