#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rollwatch/api/resources.h"

namespace rollwatch {
namespace {

// What a Prometheus says with each scrape, and nobody else.
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

}  // namespace

net::HttpHandler MetricsResource(exporter::ScrapeView& view,
                                 const exporter::Recorder& recorder,
                                 exporter::PageOptions options) {
  return [&view, &recorder, options](const net::HttpRequest& request) {
    const exporter::PageFormat format =
        exporter::NegotiateFormat(net::FindHeader(request.headers, "Accept"));
    const auto snapshot = std::make_shared<exporter::Snapshot>(view.Take());
    AppendGuard(recorder, *snapshot);
    net::HttpResponse response;
    response.content_type = exporter::ContentType(format);
    response.body = exporter::WritePage(*snapshot, format, options);
    // Whoever else looks at the page is not waited for.
    if (net::FindHeader(request.headers, kScrapeTimeout).empty()) {
      return response;
    }
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
