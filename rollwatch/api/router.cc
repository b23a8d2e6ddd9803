#include "rollwatch/api/router.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"

namespace rollwatch {
namespace {

// Why it may not write. Any page on the internet can make a browser write to an
// address that the browser reaches, such as this machine's loopback; the
// browser then says whose page it was. Pages of ours never write.
std::optional<net::HttpResponse> RefuseWrite(const net::HttpRequest& request) {
  if (!net::FindHeader(request.headers, "Origin").empty()) {
    return JsonError(403, "a web page may not write here");
  }
  const std::string_view packed =
      net::FindHeader(request.headers, "Content-Encoding");
  if (!packed.empty() && packed != "identity") {
    return JsonError(415, absl::StrFormat("a body that is packed (%s) is not "
                                          "read: send it as it is",
                                          packed));
  }
  return std::nullopt;
}

net::HttpResponse Answer(const std::vector<Route>& routes,
                         const std::string& hint,
                         const net::HttpRequest& request) {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : routes) {
    if (route.path != request.path) continue;
    if (route.method == method) {
      std::optional<net::HttpResponse> refusal;
      if (method != "GET") refusal = RefuseWrite(request);
      return refusal ? *std::move(refusal) : route.handler(request);
    }
    allowed += (allowed.empty() ? "" : ", ") + route.method;
  }
  if (allowed.empty()) {
    return JsonError(404,
                     absl::StrFormat("nothing is at %s here%s%s", request.path,
                                     hint.empty() ? "" : ": ", hint));
  }
  net::HttpResponse response =
      JsonError(405, absl::StrFormat("%s takes %s", request.path, allowed));
  response.headers.push_back({"Allow", allowed});
  return response;
}

}  // namespace

net::HttpHandler MakeRouter(std::vector<Route> routes, std::string hint) {
  return [routes = std::move(routes),
          hint = std::move(hint)](const net::HttpRequest& request) {
    return Answer(routes, hint, request);
  };
}

net::HttpResponse JsonAnswer(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body) + "\n";
  return response;
}

net::HttpResponse JsonError(int status, const std::string& message) {
  std::string body;
  base::JsonWriter(&body)
      .BeginObject()
      .Key("error")
      .String(message)
      .EndObject();
  return JsonAnswer(status, std::move(body));
}

}  // namespace rollwatch
