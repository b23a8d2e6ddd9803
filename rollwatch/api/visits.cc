#include <string>
#include <utility>

#include "base/time.h"
#include "rollwatch/api/resources.h"

namespace rollwatch {
namespace {

// A name that a client gives itself may be long.
constexpr std::size_t kLongestAgent = 60;

}  // namespace

std::string ClientOf(const net::HttpRequest& request) {
  std::string agent(net::FindHeader(request.headers, "User-Agent"));
  if (agent.size() > kLongestAgent) agent.resize(kLongestAgent);
  return agent.empty() ? request.remote_address
                       : request.remote_address + " " + agent;
}

net::HttpHandler NoteScrapes(LastVisit& scrapes, net::HttpHandler next) {
  return [&scrapes, next = std::move(next)](const net::HttpRequest& request) {
    net::HttpResponse response = next(request);
    if (response.status == 200 && IsScrape(request)) {
      scrapes.Note({base::Now(), ClientOf(request)});
    }
    return response;
  };
}

}  // namespace rollwatch
