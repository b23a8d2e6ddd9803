#include "exporter/scrape_view.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace exporter {
namespace {

using schema::MetricRow;
using schema::MetricType;

// How long a scraper that does not ask any more is waited for.
constexpr base::Duration kRemembered = 10 * 60 * 1000;
// More are not waited for: a client may call itself anything.
constexpr std::size_t kMostScrapers = 100;

// Makes it at least `value`.
void Raise(std::atomic<std::int64_t>& number, std::int64_t value) {
  std::int64_t old = number;
  while (value > old && !number.compare_exchange_weak(old, value)) {
  }
}

Family FamilyOf(const MetricRow& row) {
  Family family;
  family.name = row.name;
  family.type = row.type;
  family.help = row.help;
  family.unit = row.unit;
  family.bounds.assign(row.buckets.begin(), row.buckets.end());
  return family;
}

Series SeriesOf(const MetricRow& row, const SeriesTotal& total,
                base::Timestamp start, bool newborn) {
  Series series;
  series.labels = total.labels;
  series.created = total.initial ? start : total.first_received;
  // Of what is not shown yet there is none.
  if (!newborn) series.exemplars = total.exemplars;
  if (row.type == MetricType::kCounter) {
    series.value = newborn ? 0 : total.value;
    return series;
  }
  double count = 0;
  series.buckets.reserve(total.buckets.size());
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
    : recorder_(recorder), options_(options), shown_(0) {
  recorder_.Read([&](const Totals& totals) {
    shown_ = totals.last_sequence();
    // Before the start nobody knows who saw the last value of a canary: those
    // that finished just before are shown once more.
    for (const auto& [id, canary] : totals.canaries()) {
      if (canary.finished && !IsFresh(canary.received, now)) {
        Raise(delivered_, canary.sequence);
      }
    }
  });
}

// Whether two scrape intervals have not gone by since; also when the clock was
// set back.
bool ScrapeView::IsFresh(base::Timestamp received, base::Timestamp now) const {
  const base::Duration age = now - received;
  return (age >= 0 ? age : -age) < 2 * options_.scrape_interval;
}

bool ScrapeView::IsNewborn(const SeriesTotal& total, base::Timestamp now) {
  if (total.initial || total.first_sequence <= shown_) return false;
  if (IsFresh(total.first_received, now)) return true;
  Raise(shown_, total.first_sequence);
  return false;
}

bool ScrapeView::IsGone(const CanaryState& canary, base::Timestamp now) const {
  if (!canary.has_percentage) return true;
  if (!canary.finished) return false;
  return canary.sequence <= delivered_ || !IsFresh(canary.received, now);
}

Snapshot ScrapeView::Take(base::Timestamp now) {
  Snapshot snapshot;
  snapshot.time = now;
  for (const MetricRow& row : schema::kMetrics) {
    snapshot.families.push_back(FamilyOf(row));
  }
  const std::string_view canary_metric = Row(EventKind::kCanary).gauge;
  recorder_.Read([&](const Totals& totals) {
    snapshot.sequence = totals.last_sequence();
    for (const auto& [key, total] : totals.series()) {
      const MetricRow& row = schema::kMetrics[key.metric];
      snapshot.families[key.metric].series.push_back(
          SeriesOf(row, total, totals.created(), IsNewborn(total, now)));
    }
    for (std::size_t i = 0; i < std::size(schema::kMetrics); ++i) {
      const MetricRow& row = schema::kMetrics[i];
      if (row.type != MetricType::kGauge) continue;
      std::vector<Series>& out = snapshot.families[i].series;
      if (row.name == canary_metric) {
        for (const auto& [id, canary] : totals.canaries()) {
          if (IsGone(canary, now)) continue;
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

void ScrapeView::Asked(const std::string& scraper, base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(scrapers_, [&](const auto& entry) {
    return now - entry.second.asked > kRemembered;
  });
  if (scrapers_.size() < kMostScrapers || scrapers_.contains(scraper)) {
    scrapers_[scraper].asked = now;
  }
}

void ScrapeView::Delivered(const Snapshot& snapshot,
                           const std::string& scraper) {
  std::int64_t least = snapshot.sequence;
  {
    const std::lock_guard lock(mutex_);
    const auto found = scrapers_.find(scraper);
    if (found != scrapers_.end()) {
      found->second.delivered =
          std::max(found->second.delivered, snapshot.sequence);
    }
    for (const auto& [name, other] : scrapers_) {
      least = std::min(least, other.delivered);
    }
  }
  Raise(shown_, least);
  Raise(delivered_, least);
}

std::size_t ScrapeView::scrapers() const {
  const std::lock_guard lock(mutex_);
  return scrapers_.size();
}

}  // namespace exporter
