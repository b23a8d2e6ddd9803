#include "exporter/totals.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <tuple>

#include "base/labels.h"
#include "base/number.h"
#include "base/quote.h"

namespace exporter {
namespace {

constexpr base::Duration kHour = 60 * 60 * 1000;
constexpr std::string_view kStarted = "started";

std::size_t IndexOf(std::string_view metric) {
  const schema::MetricRow* row = schema::FindRow(metric);
  assert(row != nullptr);
  return static_cast<std::size_t>(row - std::begin(schema::kMetrics));
}

// The series of `metric` that an event belongs to: each label is the event's
// field of the same name.
SeriesKey KeyOf(std::string_view metric, const Event& event) {
  SeriesKey key{IndexOf(metric), {}};
  for (const schema::LabelRow& label : schema::kMetrics[key.metric].labels) {
    key.values.emplace_back(TextField(event, label.name));
  }
  return key;
}

std::string LabelsText(const SeriesKey& key) {
  const auto& labels = schema::kMetrics[key.metric].labels;
  std::string out = "{";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) out += ", ";
    out += std::string(labels[i].name) + "=" + base::Quote(key.values[i]);
  }
  return out + "}";
}

std::string BucketPart(const schema::MetricRow& row, std::size_t bucket) {
  return "le=" + (bucket < row.buckets.size()
                      ? base::FormatGeneral(row.buckets[bucket])
                      : std::string("+Inf"));
}

Cell MakeCell(const SeriesKey& key, std::string part, double value) {
  return {std::string(schema::kMetrics[key.metric].name), LabelsText(key),
          std::move(part), value};
}

SeriesKey CanaryKey(const std::pair<std::string, std::string>& id) {
  return {IndexOf(Row(EventKind::kCanary).gauge), {id.first, id.second}};
}

std::vector<std::string> InitialValues(const schema::LabelRow& label,
                                       const schema::SchemaOptions& options) {
  switch (label.source) {
    case schema::ValueSource::kFixed:
      return {label.values.begin(), label.values.end()};
    case schema::ValueSource::kEnvironments:
      return options.environments;
    case schema::ValueSource::kWorkflows:
      return options.workflows;
    case schema::ValueSource::kOpen:
      break;
  }
  return {};
}

// Every combination of the labels' initial values.
std::vector<SeriesKey> InitialKeys(std::size_t metric,
                                   const schema::SchemaOptions& options) {
  std::vector<SeriesKey> keys = {{metric, {}}};
  for (const schema::LabelRow& label : schema::kMetrics[metric].labels) {
    std::vector<SeriesKey> longer;
    for (const SeriesKey& key : keys) {
      for (const std::string& value : InitialValues(label, options)) {
        longer.push_back(key);
        longer.back().values.push_back(value);
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

void Touch(SeriesTotal& total, const RecordedEvent& event) {
  if (total.first_sequence != 0) return;
  total.first_sequence = event.sequence;
  total.first_received = event.received;
}

// Remembers the event's link, if it has one, at this place of the series.
void Link(SeriesTotal& total, std::size_t place, const RecordedEvent& event,
          double value) {
  if (!FitsExemplar(event.event.run_url)) return;
  if (total.exemplars.size() <= place) total.exemplars.resize(place + 1);
  total.exemplars[place] = std::make_shared<const Exemplar>(
      Exemplar{event.event.run_url, value, event.received});
}

}  // namespace

base::Labels LabelsOf(const schema::MetricRow& row,
                      const std::vector<std::string>& values) {
  std::vector<base::Label> labels;
  labels.reserve(row.labels.size());
  for (std::size_t i = 0; i < row.labels.size(); ++i) {
    labels.push_back({std::string(row.labels[i].name), values[i]});
  }
  return base::Labels(std::move(labels));
}

std::vector<SeriesKey> SeriesOf(const Event& event) {
  const EventKindRow& row = Row(event.kind);
  std::vector<SeriesKey> keys;
  if (event.status == kStarted) return keys;
  if (!row.counter.empty()) keys.push_back(KeyOf(row.counter, event));
  if (!row.histogram.empty() && event.duration) {
    keys.push_back(KeyOf(row.histogram, event));
  }
  if (!row.gauge.empty() && !event.finished) {
    keys.push_back(KeyOf(row.gauge, event));
  }
  return keys;
}

Totals::Totals(const schema::SchemaOptions& options) {
  for (std::size_t metric = 0; metric < std::size(schema::kMetrics); ++metric) {
    const schema::MetricRow& row = schema::kMetrics[metric];
    if (row.type == schema::MetricType::kGauge) continue;
    for (const SeriesKey& key : InitialKeys(metric, options)) {
      SeriesTotal& total = SeriesAt(key);
      if (row.type == schema::MetricType::kHistogram) {
        total.buckets.assign(row.buckets.size() + 1, 0);
      }
      total.initial = true;
    }
  }
  for (const std::string& environment : options.environments) {
    finished_[environment];
  }
}

SeriesTotal& Totals::SeriesAt(const SeriesKey& key) {
  const auto [entry, fresh] = series_.try_emplace(key);
  if (fresh) {
    counts_.resize(std::size(schema::kMetrics));
    ++counts_[key.metric];
    entry->second.labels = LabelsOf(schema::kMetrics[key.metric], key.values);
  }
  return entry->second;
}

bool Totals::Has(const SeriesKey& key) const {
  if (series_.contains(key)) return true;
  if (schema::kMetrics[key.metric].name != Row(EventKind::kCanary).gauge) {
    return false;
  }
  const auto canary = canaries_.find({key.values[0], key.values[1]});
  return canary != canaries_.end() && !canary->second.finished;
}

std::size_t Totals::SeriesCount(std::size_t metric) const {
  if (schema::kMetrics[metric].name == Row(EventKind::kCanary).gauge) {
    return static_cast<std::size_t>(
        std::ranges::count_if(canaries_, [](const auto& entry) {
          return entry.second.has_percentage && !entry.second.finished;
        }));
  }
  return metric < counts_.size() ? counts_[metric] : 0;
}

void Totals::Apply(const RecordedEvent& event) { ApplyTo(event, nullptr); }

void Totals::Apply(const RecordedEvent& event, std::vector<Cell>& changed) {
  ApplyTo(event, &changed);
}

void Totals::ApplyTo(const RecordedEvent& event, std::vector<Cell>* changed) {
  assert(event.sequence > last_sequence_);
  last_sequence_ = event.sequence;
  last_received_ = std::max(last_received_, event.received);
  const EventKindRow& row = Row(event.event.kind);
  if (event.event.kind == EventKind::kDeployment) TrackRollout(event);
  if (event.event.status == kStarted) return;
  if (!row.counter.empty()) Count(event, row, changed);
  if (!row.histogram.empty() && event.event.duration) {
    Observe(event, row, changed);
  }
  if (!row.gauge.empty()) MoveCanary(event, changed);
}

void Totals::Count(const RecordedEvent& event, const EventKindRow& row,
                   std::vector<Cell>* changed) {
  const SeriesKey key = KeyOf(row.counter, event.event);
  SeriesTotal& total = SeriesAt(key);
  Touch(total, event);
  total.value += 1;
  Link(total, 0, event, 1);
  if (changed != nullptr) {
    changed->push_back(MakeCell(key, "value", total.value));
  }
}

void Totals::Observe(const RecordedEvent& event, const EventKindRow& row,
                     std::vector<Cell>* changed) {
  const SeriesKey key = KeyOf(row.histogram, event.event);
  const schema::MetricRow& metric = schema::kMetrics[key.metric];
  SeriesTotal& total = SeriesAt(key);
  Touch(total, event);
  total.buckets.resize(metric.buckets.size() + 1);
  const double duration = *event.event.duration;
  const auto bucket = static_cast<std::size_t>(
      std::ranges::lower_bound(metric.buckets, duration) -
      metric.buckets.begin());
  total.buckets[bucket] += 1;
  total.sum += duration;
  Link(total, bucket, event, duration);
  if (changed != nullptr) {
    changed->push_back(
        MakeCell(key, BucketPart(metric, bucket), total.buckets[bucket]));
    changed->push_back(MakeCell(key, "sum", total.sum));
  }
}

void Totals::MoveCanary(const RecordedEvent& event,
                        std::vector<Cell>* changed) {
  const std::pair id(event.event.environment, event.event.deployment_id);
  CanaryState& canary = canaries_[id];
  // A late message: the newer one has already moved the gauge.
  if (canary.sequence != 0 && event.time() < canary.time) return;
  canary.time = event.time();
  canary.finished = event.event.finished;
  canary.sequence = event.sequence;
  canary.received = event.received;
  if (!event.event.percentage) return;
  canary.percentage = *event.event.percentage;
  canary.has_percentage = true;
  if (changed != nullptr) {
    changed->push_back(MakeCell(CanaryKey(id), "value", canary.percentage));
  }
}

void Totals::TrackRollout(const RecordedEvent& event) {
  const std::pair id(event.event.environment, event.event.deployment_id);
  if (event.event.status == kStarted) {
    open_rollouts_[id] = {id.first, id.second, event.event.run_url,
                          event.time()};
    return;
  }
  open_rollouts_.erase(id);
  auto& times = finished_[id.first];
  times.insert(std::ranges::upper_bound(times, event.time()), event.time());
}

std::vector<std::string> Totals::Environments() const {
  std::vector<std::string> names;
  for (const auto& [environment, times] : finished_) {
    names.push_back(environment);
  }
  return names;
}

double Totals::DeploymentFrequency(const std::string& environment,
                                   base::Timestamp now) const {
  const auto it = finished_.find(environment);
  if (it == finished_.end()) return 0;
  const auto begin = std::ranges::upper_bound(it->second, now - kHour);
  const auto end = std::ranges::upper_bound(it->second, now);
  return begin < end ? static_cast<double>(end - begin) : 0;
}

std::vector<Cell> Totals::Cells() const {
  std::vector<Cell> cells;
  for (const auto& [key, total] : series_) {
    if (total.first_sequence == 0) continue;
    const schema::MetricRow& metric = schema::kMetrics[key.metric];
    if (metric.type == schema::MetricType::kCounter) {
      cells.push_back(MakeCell(key, "value", total.value));
      continue;
    }
    for (std::size_t i = 0; i < total.buckets.size(); ++i) {
      if (total.buckets[i] == 0) continue;
      cells.push_back(MakeCell(key, BucketPart(metric, i), total.buckets[i]));
    }
    cells.push_back(MakeCell(key, "sum", total.sum));
  }
  for (const auto& [id, canary] : canaries_) {
    if (!canary.has_percentage) continue;
    cells.push_back(MakeCell(CanaryKey(id), "value", canary.percentage));
  }
  std::ranges::sort(cells, {}, [](const Cell& cell) {
    return std::tie(cell.metric, cell.labels, cell.part);
  });
  return cells;
}

}  // namespace exporter
