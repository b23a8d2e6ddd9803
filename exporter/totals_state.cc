// Totals as rows of numbers, and back: what the journal keeps of events that it
// has folded.

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "exporter/totals.h"

namespace exporter {
namespace {

// Rows that are of no series.
constexpr std::string_view kJournal = "journal";
constexpr std::string_view kRollout = "rollout";

constexpr std::string_view kValue = "value";
constexpr std::string_view kSum = "sum";
constexpr std::string_view kBucket = "bucket ";
constexpr std::string_view kFirstSequence = "first_sequence";
constexpr std::string_view kFirstReceived = "first_received";
constexpr std::string_view kTime = "time";
constexpr std::string_view kFinished = "finished";
constexpr std::string_view kSequence = "sequence";
constexpr std::string_view kReceived = "received";
constexpr std::string_view kStartedAt = "started";

std::string Joined(const std::vector<std::string>& values) {
  std::string out;
  base::JsonWriter json(&out);
  json.BeginArray();
  for (const std::string& value : values) json.String(value);
  json.EndArray();
  return out;
}

std::vector<std::string> Parted(const std::string& text) {
  const base::Source source("labels", text);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  std::vector<std::string> values;
  if (!json) return values;
  for (const base::Json& value : json->elements) values.push_back(value.text);
  return values;
}

// Times and sequences are well below 2^53, so that a double holds them.
double Real(std::int64_t value) { return static_cast<double>(value); }
std::int64_t Integer(double value) { return static_cast<std::int64_t>(value); }

// Writes the rows of one series.
class Rows {
 public:
  Rows(std::vector<Cell>& out, std::string_view metric,
       const std::vector<std::string>& values)
      : out_(out), metric_(metric), labels_(Joined(values)) {}

  void Put(std::string_view part, double value) {
    out_.push_back({std::string(metric_), labels_, std::string(part), value});
  }

 private:
  std::vector<Cell>& out_;
  std::string_view metric_;
  std::string labels_;
};

void PutSeries(const SeriesKey& key, const SeriesTotal& total,
               std::vector<Cell>& out) {
  Rows rows(out, schema::kMetrics[key.metric].name, key.values);
  rows.Put(kFirstSequence, Real(total.first_sequence));
  rows.Put(kFirstReceived, Real(total.first_received));
  if (total.buckets.empty()) {
    rows.Put(kValue, total.value);
    return;
  }
  rows.Put(kSum, total.sum);
  for (std::size_t i = 0; i < total.buckets.size(); ++i) {
    rows.Put(std::string(kBucket) + std::to_string(i), total.buckets[i]);
  }
}

}  // namespace

std::vector<Cell> Totals::State() const {
  std::vector<Cell> out;
  Rows journal(out, kJournal, {});
  journal.Put(kSequence, Real(last_sequence_));
  journal.Put(kReceived, Real(last_received_));
  for (const auto& [key, total] : series_) {
    if (total.first_sequence != 0) PutSeries(key, total, out);
  }
  const std::string_view gauge = Row(EventKind::kCanary).gauge;
  for (const auto& [id, canary] : canaries_) {
    Rows rows(out, gauge, {id.first, id.second});
    if (canary.has_percentage) rows.Put(kValue, canary.percentage);
    rows.Put(kTime, Real(canary.time));
    rows.Put(kFinished, canary.finished ? 1 : 0);
    rows.Put(kSequence, Real(canary.sequence));
    rows.Put(kReceived, Real(canary.received));
  }
  for (const auto& [id, rollout] : open_rollouts_) {
    Rows rows(out, kRollout, {id.first, id.second, rollout.run_url});
    rows.Put(kStartedAt, Real(rollout.started));
  }
  return out;
}

void Totals::RestoreSeries(const SeriesKey& key, const Cell& cell) {
  const schema::MetricRow& row = schema::kMetrics[key.metric];
  SeriesTotal& total = SeriesAt(key);
  if (row.type == schema::MetricType::kHistogram) {
    total.buckets.resize(row.buckets.size() + 1);
  }
  if (cell.part == kFirstSequence) total.first_sequence = Integer(cell.value);
  if (cell.part == kFirstReceived) total.first_received = Integer(cell.value);
  if (cell.part == kValue) total.value = cell.value;
  if (cell.part == kSum) total.sum = cell.value;
  if (cell.part.starts_with(kBucket)) {
    const auto bucket = static_cast<std::size_t>(
        std::atoi(cell.part.c_str() + kBucket.size()));
    if (bucket < total.buckets.size()) total.buckets[bucket] = cell.value;
  }
  // Its deployments are published per hour too.
  if (row.name == Row(EventKind::kDeployment).counter) finished_[key.values[0]];
}

void Totals::RestoreCanary(const SeriesKey& key, const Cell& cell) {
  CanaryState& canary = canaries_[{key.values[0], key.values[1]}];
  if (cell.part == kValue) {
    canary.percentage = cell.value;
    canary.has_percentage = true;
  }
  if (cell.part == kTime) canary.time = Integer(cell.value);
  if (cell.part == kFinished) canary.finished = cell.value != 0;
  if (cell.part == kSequence) canary.sequence = Integer(cell.value);
  if (cell.part == kReceived) canary.received = Integer(cell.value);
}

void Totals::Restore(const std::vector<Cell>& state) {
  for (const Cell& cell : state) {
    std::vector<std::string> values = Parted(cell.labels);
    if (cell.metric == kJournal) {
      if (cell.part == kSequence) last_sequence_ = Integer(cell.value);
      if (cell.part == kReceived) last_received_ = Integer(cell.value);
      continue;
    }
    if (cell.metric == kRollout && values.size() == 3) {
      open_rollouts_[{values[0], values[1]}] = {
          values[0], values[1], values[2], Integer(cell.value)};
      continue;
    }
    const schema::MetricRow* row = schema::FindRow(cell.metric);
    if (row == nullptr || values.size() != row->labels.size()) continue;
    const SeriesKey key{
        static_cast<std::size_t>(row - std::begin(schema::kMetrics)),
        std::move(values)};
    if (row->name == Row(EventKind::kCanary).gauge) {
      RestoreCanary(key, cell);
    } else {
      RestoreSeries(key, cell);
    }
  }
}

}  // namespace exporter
