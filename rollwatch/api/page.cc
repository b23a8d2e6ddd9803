#include "rollwatch/page.h"

#include <string>
#include <utility>

#include "base/time.h"
#include "rollwatch/api/resources.h"

namespace rollwatch {
namespace {

constexpr std::size_t kEvents = 20;

PageContent Gather(const LiveRules& rules, const exporter::Recorder& recorder,
                   const LastVisit& scrapes) {
  PageContent content;
  content.now = base::Now();
  content.last_scrape = scrapes.last();
  content.rules = rules.State();
  recorder.Read([&content](const exporter::Totals& totals) {
    for (const auto& [key, canary] : totals.canaries()) {
      if (canary.finished || !canary.has_percentage) continue;
      content.canaries.push_back(
          {key.first, key.second, canary.percentage, canary.time});
    }
    for (const auto& [key, rollout] : totals.open_rollouts()) {
      content.rollouts.push_back(rollout);
    }
  });
  absl::StatusOr<std::vector<exporter::RecordedEvent>> events =
      recorder.Recent(kEvents);
  if (events.ok()) {
    content.events = *std::move(events);
  } else {
    content.events_error = std::string(events.status().message());
  }
  return content;
}

}  // namespace

net::HttpHandler PageResource(const LiveRules& rules,
                              const exporter::Recorder& recorder,
                              const LastVisit& scrapes) {
  return [&rules, &recorder, &scrapes](const net::HttpRequest&) {
    net::HttpResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.body = WriteHtmlPage(Gather(rules, recorder, scrapes));
    // Belt and braces beside the escaping: nothing but our own style works.
    response.headers = {
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
         "form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"}};
    return response;
  };
}

}  // namespace rollwatch
