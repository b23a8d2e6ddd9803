#include "exporter/collectable.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <limits>
#include <utility>
#include <vector>

namespace exporter {
namespace {

prometheus::MetricType TypeOf(schema::MetricType type) {
  switch (type) {
    case schema::MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case schema::MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case schema::MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
    case schema::MetricType::kSummary:
      return prometheus::MetricType::Summary;
    case schema::MetricType::kUnknown:
      break;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric MetricOf(const Family& family, const Series& series) {
  prometheus::ClientMetric metric;
  for (const base::Label& label : series.labels) {
    metric.label.push_back({label.name, label.value});
  }
  switch (family.type) {
    case schema::MetricType::kCounter:
      metric.counter.value = series.value;
      break;
    case schema::MetricType::kHistogram:
      for (std::size_t i = 0; i < series.buckets.size(); ++i) {
        const double bound = i < family.bounds.size()
                                 ? family.bounds[i]
                                 : std::numeric_limits<double>::infinity();
        metric.histogram.bucket.push_back(
            {static_cast<std::uint64_t>(series.buckets[i]), bound});
        metric.histogram.sample_count =
            static_cast<std::uint64_t>(series.buckets[i]);
      }
      metric.histogram.sample_sum = series.sum;
      break;
    default:
      metric.gauge.value = series.value;
      break;
  }
  return metric;
}

class SnapshotCollectable : public prometheus::Collectable {
 public:
  explicit SnapshotCollectable(std::shared_ptr<ScrapeView> view)
      : view_(std::move(view)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const Snapshot snapshot = view_->Take();
    std::vector<prometheus::MetricFamily> families;
    families.reserve(snapshot.families.size());
    for (const Family& family : snapshot.families) {
      prometheus::MetricFamily& out = families.emplace_back();
      out.name = family.name;
      out.help = family.help;
      out.type = TypeOf(family.type);
      for (const Series& series : family.series) {
        out.metric.push_back(MetricOf(family, series));
      }
    }
    view_->Delivered(snapshot);
    return families;
  }

 private:
  std::shared_ptr<ScrapeView> view_;
};

}  // namespace

std::shared_ptr<prometheus::Collectable> MakeCollectable(
    std::shared_ptr<ScrapeView> view) {
  return std::make_shared<SnapshotCollectable>(std::move(view));
}

}  // namespace exporter
