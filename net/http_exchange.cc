#include "net/http_exchange.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
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

}  // namespace net
