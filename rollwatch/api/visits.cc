#include <string>
#include <utility>

#include "base/time.h"
#include "rollwatch/api/resources.h"

namespace rollwatch {
namespace {

// A name that a client gives itself may be long.
constexpr std::size_t kLongestAgent = 60;

std::string Client(const net::HttpRequest& request) {
  std::string agent(net::FindHeader(request.headers, "User-Agent"));
  if (agent.size() > kLongestAgent) agent.resize(kLongestAgent);
  return agent.empty() ? request.remote_address
                       : request.remote_address + " " + agent;
}

}  // namespace

net::HttpHandler NoteScrapes(Visitors& visitors, net::HttpHandler next) {
  return [&visitors, next = std::move(next)](const net::HttpRequest& request) {
    net::HttpResponse response = next(request);
    if (response.status == 200 && IsScrape(request)) {
      visitors.Scraped({base::Now(), Client(request)});
    }
    return response;
  };
}

net::HttpHandler NoteReports(Visitors& visitors,
                             const exporter::Recorder& recorder,
                             EventTokens& tokens, net::HttpHandler next) {
  return [&visitors, &recorder, &tokens,
          next = std::move(next)](const net::HttpRequest& request) {
    net::HttpResponse response = next(request);
    if (response.status != 200) return response;
    auto token = tokens.Find(request);
    if (token == nullptr) token = tokens.FindSigner(request);
    Visit visit{base::Now(),
                token == nullptr ? Client(request) : "token " + token->name};
    recorder.Read([&visit](const exporter::Totals& totals) {
      visit.sequence = totals.last_sequence();
    });
    visitors.Reported(std::move(visit));
    return response;
  };
}

}  // namespace rollwatch
