#include "exporter/scrape_view.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace exporter {
namespace {

using schema::MetricRow;
using schema::MetricType;

Family FamilyOf(const MetricRow& row) {
  Family family;
  family.name = row.name;
  family.type = row.type;
  family.help = row.help;
  family.unit = row.unit;
  family.bounds.assign(row.buckets.begin(), row.buckets.end());
  return family;
}

base::Labels LabelsOf(const MetricRow& row,
                      const std::vector<std::string>& values) {
  std::vector<base::Label> labels;
  for (std::size_t i = 0; i < row.labels.size(); ++i) {
    labels.push_back({std::string(row.labels[i].name), values[i]});
  }
  return base::Labels(std::move(labels));
}

Series SeriesOf(const MetricRow& row, const SeriesKey& key,
                const SeriesTotal& total, base::Timestamp start, bool newborn) {
  Series series;
  series.labels = LabelsOf(row, key.values);
  series.created = total.initial ? start : total.first_received;
  if (row.type == MetricType::kCounter) {
    series.value = newborn ? 0 : total.value;
    return series;
  }
  double count = 0;
  for (const double bucket : total.buckets) {
    if (!newborn) count += bucket;
    series.buckets.push_back(count);
  }
  series.sum = newborn ? 0 : total.sum;
  return series;
}

}  // namespace

ScrapeView::ScrapeView(const Recorder& recorder, Options options,
                       base::Timestamp now)
    : recorder_(recorder),
      options_(options),
      start_(now),
      delivered_sequence_(0) {
  recorder_.Read(
      [&](const Totals& totals) { start_sequence_ = totals.last_sequence(); });
}

bool ScrapeView::IsNewborn(const SeriesTotal& total, base::Timestamp now,
                           std::int64_t delivered) const {
  if (total.initial || total.first_sequence <= start_sequence_ ||
      total.first_sequence <= delivered) {
    return false;
  }
  // Also when the clock was set back.
  const base::Duration age = now - total.first_received;
  return age >= 0 ? age < 2 * options_.scrape_interval
                  : -age < 2 * options_.scrape_interval;
}

bool ScrapeView::IsGone(const CanaryState& canary,
                        std::int64_t delivered) const {
  if (!canary.has_percentage) return true;
  if (!canary.finished) return false;
  if (canary.sequence <= delivered) return true;
  // Before the start nobody knows who saw it; those that finished just before
  // are shown once more, so that the last value of a rollout that ended while
  // the process was restarted is not lost.
  return canary.sequence <= start_sequence_ &&
         start_ - canary.received > 2 * options_.scrape_interval;
}

Snapshot ScrapeView::Take(base::Timestamp now) const {
  Snapshot snapshot;
  snapshot.time = now;
  for (const MetricRow& row : schema::kMetrics) {
    snapshot.families.push_back(FamilyOf(row));
  }
  const std::string_view canary_metric = Row(EventKind::kCanary).gauge;
  const std::int64_t delivered = delivered_sequence_;
  recorder_.Read([&](const Totals& totals) {
    snapshot.sequence = totals.last_sequence();
    for (const auto& [key, total] : totals.series()) {
      const MetricRow& row = schema::kMetrics[key.metric];
      snapshot.families[key.metric].series.push_back(SeriesOf(
          row, key, total, totals.created(), IsNewborn(total, now, delivered)));
    }
    for (std::size_t i = 0; i < std::size(schema::kMetrics); ++i) {
      const MetricRow& row = schema::kMetrics[i];
      if (row.type != MetricType::kGauge) continue;
      std::vector<Series>& out = snapshot.families[i].series;
      if (row.name == canary_metric) {
        for (const auto& [id, canary] : totals.canaries()) {
          if (IsGone(canary, delivered)) continue;
          out.push_back(
              {LabelsOf(row, {id.first, id.second}), canary.percentage, {}});
        }
        continue;
      }
      for (const std::string& environment : totals.Environments()) {
        out.push_back({LabelsOf(row, {environment}),
                       totals.DeploymentFrequency(environment, now),
                       {}});
      }
    }
  });
  return snapshot;
}

void ScrapeView::Delivered(const Snapshot& snapshot) {
  std::int64_t delivered = delivered_sequence_;
  while (snapshot.sequence > delivered &&
         !delivered_sequence_.compare_exchange_weak(delivered,
                                                    snapshot.sequence)) {
  }
}

}  // namespace exporter
