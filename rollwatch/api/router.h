// Finds the resource that a request is for.

#ifndef ROLLWATCH_API_ROUTER_H_
#define ROLLWATCH_API_ROUTER_H_

#include <string>
#include <vector>

#include "net/http_message.h"

namespace rollwatch {

struct Route {
  std::string method;  // "GET", which answers HEAD too, or "POST".
  std::string path;    // Matches whole: "/api/v1/events".
  net::HttpHandler handler;
};

// Answers 404, with `hint` behind it, where no path matches and 405 where the
// path has another method; 403 to a browser's write for a web page, 415 to a
// packed body.
net::HttpHandler MakeRouter(std::vector<Route> routes, std::string hint);

// {"error": message}
net::HttpResponse JsonError(int status, const std::string& message);
net::HttpResponse JsonAnswer(int status, std::string body);

}  // namespace rollwatch

#endif  // ROLLWATCH_API_ROUTER_H_
