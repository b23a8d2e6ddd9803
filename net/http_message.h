// HTTP requests and responses, as handlers see them.

#ifndef NET_HTTP_MESSAGE_H_
#define NET_HTTP_MESSAGE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace net {

struct Header {
  std::string name;  // As sent; compared without regard to case.
  std::string value;
};

// The first header of that name, or "".
std::string_view FindHeader(const std::vector<Header>& headers,
                            std::string_view name);

struct Parameter {
  std::string name;  // Percent-decoded.
  std::string value;
};

struct HttpRequest {
  std::string method;  // "GET", "POST", ...
  std::string path;    // Percent-decoded, without dot segments: "/metrics".
  std::vector<Parameter> query;
  std::vector<Header> headers = {};
  std::string body = {};
  std::string remote_address;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<Header> headers = {};  // Beside Content-Type and Content-Length.
  // Called when all of a body has been handed to the system; never for HEAD.
  std::function<void()> on_sent = {};
};

// Called by many threads at once.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// "Not Found"; "Unknown" for a status that has no usual phrase.
std::string_view ReasonPhrase(int status);

// The media types of an Accept header in the order of their q, the best
// first; of equal ones the one named first. Types that have q=0 are left out.
// Parameters but q are kept, lower-case and without spaces:
// "application/openmetrics-text;version=1.0.0".
std::vector<std::string> AcceptedTypes(std::string_view accept);

}  // namespace net

#endif  // NET_HTTP_MESSAGE_H_
