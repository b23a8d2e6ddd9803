#include "rollwatch/api/router.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"

namespace rollwatch {
namespace {

net::HttpResponse Answer(const std::vector<Route>& routes,
                         const std::string& hint,
                         const net::HttpRequest& request) {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : routes) {
    if (route.path != request.path) continue;
    if (route.method == method) return route.handler(request);
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
