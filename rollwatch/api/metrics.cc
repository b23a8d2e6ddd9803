#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/gzip.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/own_metrics.h"

namespace rollwatch {
namespace {

constexpr std::string_view kScrapeTimeout =
    "X-Prometheus-Scrape-Timeout-Seconds";

exporter::Family MakeFamily(std::string_view name, schema::MetricType type,
                            std::string_view help) {
  exporter::Family family;
  family.name = name;
  family.type = type;
  family.help = help;
  return family;
}

// How near the metrics whose labels are open are to their limit.
void AppendGuard(const exporter::Recorder& recorder,
                 exporter::Snapshot& snapshot) {
  const exporter::AdmissionLimits limits = recorder.limits();
  const exporter::RejectionCounts rejections = recorder.rejections();
  exporter::Family limit =
      MakeFamily("rollwatch_series_limit", schema::MetricType::kGauge,
                 "How many series the metric may have.");
  exporter::Family count =
      MakeFamily("rollwatch_series", schema::MetricType::kGauge,
                 "How many series the metric has.");
  exporter::Family rejected = MakeFamily(
      "rollwatch_series_rejected_total", schema::MetricType::kCounter,
      "Requests refused because an event would have made a series too many.");
  exporter::Family old = MakeFamily(
      "rollwatch_too_old_total", schema::MetricType::kCounter,
      "Requests refused because an event was older than events are kept.");
  recorder.Read([&](const exporter::Totals& totals) {
    for (std::size_t i = 0; i < std::size(schema::kMetrics); ++i) {
      if (!exporter::CanGrow(schema::kMetrics[i])) continue;
      const base::Labels labels = {
          {"metric", std::string(schema::kMetrics[i].name)}};
      const auto append = [&labels](exporter::Family& family, double value) {
        family.series.push_back({labels, value, {}});
      };
      append(limit, static_cast<double>(limits.series_per_metric));
      append(count, static_cast<double>(totals.SeriesCount(i)));
      append(rejected, static_cast<double>(rejections.cardinality[i]));
    }
  });
  old.series.push_back({{}, static_cast<double>(rejections.too_old), {}});
  for (exporter::Family* family : {&limit, &count, &rejected, &old}) {
    snapshot.families.push_back(std::move(*family));
  }
}

void AppendWebhooks(const WebhookCounts& counts, exporter::Snapshot& snapshot) {
  exporter::Family family =
      MakeFamily("rollwatch_webhooks_total", schema::MetricType::kCounter,
                 "Webhooks received, by how they were answered.");
  for (std::size_t i = 0; i < kWebhookResults.size(); ++i) {
    family.series.push_back({{{"result", std::string(kWebhookResults[i])}},
                             static_cast<double>(counts[i]),
                             {}});
  }
  snapshot.families.push_back(std::move(family));
}

// Leaves the families that name[]=... asks for, by their name or that of one
// of their samples; true without any, when all stay.
bool KeepNamed(const std::vector<net::Parameter>& query,
               exporter::Snapshot& snapshot) {
  std::set<std::string, std::less<>> names;
  for (const net::Parameter& parameter : query) {
    if (parameter.name == "name[]") names.insert(parameter.value);
  }
  if (names.empty()) return true;
  std::erase_if(snapshot.families, [&names](const exporter::Family& family) {
    for (const std::string_view suffix : {"", "_bucket", "_sum", "_count"}) {
      if (names.contains(family.name + std::string(suffix))) return false;
    }
    return true;
  });
  return false;
}

// When the client takes gzip; Prometheus does.
void Compress(const net::HttpRequest& request, net::HttpResponse& response) {
  response.headers.push_back({"Vary", "Accept, Accept-Encoding"});
  const std::string_view accepted =
      net::FindHeader(request.headers, "Accept-Encoding");
  if (!net::AcceptsGzip(accepted)) return;
  response.body = net::Gzip(response.body);
  response.headers.push_back({"Content-Encoding", "gzip"});
}

}  // namespace

bool IsScrape(const net::HttpRequest& request) {
  return !net::FindHeader(request.headers, kScrapeTimeout).empty();
}

net::HttpHandler MetricsResource(exporter::ScrapeView& view,
                                 const exporter::Recorder& recorder,
                                 const WebhookCounts& webhooks,
                                 exporter::PageOptions options) {
  return [&view, &recorder, &webhooks,
          options](const net::HttpRequest& request) {
    const exporter::PageFormat format =
        exporter::NegotiateFormat(net::FindHeader(request.headers, "Accept"));
    const auto snapshot = std::make_shared<exporter::Snapshot>(view.Take());
    AppendGuard(recorder, *snapshot);
    AppendWebhooks(webhooks, *snapshot);
    for (exporter::Family& family : OwnMetrics()) {
      snapshot->families.push_back(std::move(family));
    }
    const bool whole = KeepNamed(request.query, *snapshot);
    net::HttpResponse response;
    response.content_type = exporter::ContentType(format);
    response.body = exporter::WritePage(*snapshot, format, options);
    Compress(request, response);
    // A part of the page is no scrape.
    if (!whole) return response;
    // Whoever else looks at the page is not waited for.
    if (!IsScrape(request)) return response;
    const std::string scraper =
        request.remote_address + " " +
        std::string(net::FindHeader(request.headers, "User-Agent"));
    view.Asked(scraper, snapshot->time);
    response.on_sent = [&view, snapshot, scraper] {
      view.Delivered(*snapshot, scraper);
    };
    return response;
  };
}

}  // namespace rollwatch
