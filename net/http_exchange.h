// Between what a connection reads and writes and what handlers see. For
// http_connection.cc alone.

#ifndef NET_HTTP_EXCHANGE_H_
#define NET_HTTP_EXCHANGE_H_

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection_table.h"
#include "net/http_message.h"

namespace net {

namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;
using RequestParser = beast::http::request_parser<beast::http::string_body>;

// A request that is answered without its handler, and its connection closed.
struct Refusal {
  int status;
  std::string_view reason;
};

// What reading ended with; nothing when the client has gone.
std::optional<Refusal> RefusalOf(const ErrorCode& error, bool in_body);
// What the parser lets through and must not stay.
std::optional<Refusal> CheckHead(const RequestParser& parser);
std::optional<Refusal> RefusalOf(ConnectionTable::Admission admission);
HttpResponse ResponseOf(const Refusal& refusal);
HttpRequest MessageOf(RequestParser& parser, const std::string& client);
// The handler's answer, or a 500.
HttpResponse Answer(const HttpHandler& handler, const HttpRequest& request);
// Status line and header lines.
std::string HeadOf(const HttpResponse& response, unsigned version, bool keep);

}  // namespace net

#endif  // NET_HTTP_EXCHANGE_H_
