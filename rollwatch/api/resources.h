// What the sidecar answers over HTTP: one file a resource. What a resource is
// given must outlive it.

#ifndef ROLLWATCH_API_RESOURCES_H_
#define ROLLWATCH_API_RESOURCES_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "exporter/event.h"
#include "exporter/exposition.h"
#include "exporter/recorder.h"
#include "exporter/scrape_view.h"
#include "net/http_message.h"
#include "rollwatch/api/event_tokens.h"
#include "rollwatch/api/webhook_counts.h"
#include "rollwatch/last_visit.h"
#include "rollwatch/live_rules.h"
#include "schema/schema.h"

namespace rollwatch {

// GET /metrics: the page in the format that Accept prefers, with the limits of
// `recorder` and the counts of webhooks. A request with
// X-Prometheus-Scrape-Timeout-Seconds is a scrape, by a scraper that its
// address and User-Agent name.
net::HttpHandler MetricsResource(exporter::ScrapeView& view,
                                 const exporter::Recorder& recorder,
                                 const WebhookCounts& webhooks,
                                 exporter::PageOptions options = {});

// Whether it is a scrape: it says what a Prometheus says with each, and nobody
// else.
bool IsScrape(const net::HttpRequest& request);

// Who asks, for people: "127.0.0.1 Prometheus/2.42.0".
std::string ClientOf(const net::HttpRequest& request);

// The resource, and takes down who scraped last.
net::HttpHandler NoteScrapes(LastVisit& scrapes, net::HttpHandler next);

// POST /api/v1/events: records a JSON object, an array of them, or one a line.
// 200 {"recorded": 1, "duplicates": 0}; 400 with the field, what is wrong with
// it and what is allowed; 409 with the field in which the recorded event of
// this id differs; 403 when the request's token may not report the event's
// environment; 422 with a code, cardinality or too-old, when the event would
// make a series too many or happened longer ago than is remembered; 503 when
// the journal cannot be written: send it again.
net::HttpHandler EventsResource(
    exporter::Recorder& recorder, const schema::Schema& schema,
    EventTokens& tokens, std::vector<exporter::GithubWorkflow> workflows = {});

// POST /api/v1/webhooks/github: records what a webhook of GitHub says, which
// X-Hub-Signature-256 signs with one of the tokens; that one's environments
// are the limit. Answers as EventsResource does, and 200 with {"ignored": why}
// to what counts nothing, so that GitHub does not show it as failed; 401
// without a signature, 403 with a wrong one; 415 when it is no JSON.
net::HttpHandler GithubResource(exporter::Recorder& recorder,
                                const schema::Schema& schema,
                                EventTokens& tokens,
                                std::vector<exporter::GithubWorkflow> workflows,
                                WebhookCounts& counts);

// GET /-/healthy: the process answers. GET /-/ready: it can record an event;
// 503 with the reason when not.
net::HttpHandler HealthyResource();
net::HttpHandler ReadyResource(exporter::Recorder& recorder);

// GET /api/v1/alerts and /api/v1/rules, in Prometheus' JSON.
net::HttpHandler AlertsResource(const LiveRules& rules);
net::HttpHandler RulesResource(const LiveRules& rules);

// POST or PUT /-/reload: 200, or 500 and what is wrong; `reload` null: 403.
net::HttpHandler ReloadResource(std::function<absl::Status()> reload);

// GET /: the page for people.
net::HttpHandler PageResource(const LiveRules& rules,
                              const exporter::Recorder& recorder,
                              const LastVisit& scrapes);

}  // namespace rollwatch

#endif  // ROLLWATCH_API_RESOURCES_H_
