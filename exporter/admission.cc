#include "exporter/admission.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"

namespace exporter {
namespace {

constexpr std::string_view kCardinality = "cardinality";
constexpr std::string_view kTooOld = "too-old";

bool IsOpen(const schema::LabelRow& label) {
  return label.source == schema::ValueSource::kOpen ||
         label.source == schema::ValueSource::kWorkflows;
}

// Which label of a metric makes series without end. The configured ones can
// exceed a limit too.
std::size_t OpenLabel(const schema::MetricRow& row) {
  const auto label = std::ranges::find_if(row.labels, IsOpen);
  return label == row.labels.end()
             ? 0
             : static_cast<std::size_t>(label - row.labels.begin());
}

Rejection TooMany(std::size_t index, const SeriesKey& key, std::size_t limit) {
  const schema::MetricRow& row = schema::kMetrics[key.metric];
  const std::size_t label = OpenLabel(row);
  Rejection rejection;
  rejection.index = index;
  rejection.code = kCardinality;
  rejection.field = row.labels[label].name;
  rejection.metric = row.name;
  rejection.problem = absl::StrFormat(
      "%s %s would make one series more of %s than the %d that are allowed "
      "(--series-limit): a label must not have a new value with every run",
      rejection.field, base::Quote(key.values[label]), rejection.metric, limit);
  return rejection;
}

Rejection TooOld(std::size_t index, base::Timestamp time,
                 const AdmissionLimits& limits) {
  Rejection rejection;
  rejection.index = index;
  rejection.code = kTooOld;
  rejection.field = "time";
  rejection.problem = absl::StrFormat(
      "it happened at %s, longer ago than events are kept "
      "(--storage.retention %s): whether it was counted is not known any more",
      base::FormatTimestamp(time), base::FormatDuration(limits.retention));
  return rejection;
}

}  // namespace

bool CanGrow(const schema::MetricRow& row) {
  return std::ranges::any_of(row.labels, IsOpen);
}

std::optional<Rejection> FindRejection(const std::vector<Event>& batch,
                                       const std::vector<std::size_t>& fresh,
                                       const Totals& totals,
                                       const AdmissionLimits& limits,
                                       base::Timestamp now) {
  std::map<std::size_t, std::set<SeriesKey>> added;  // By metric.
  for (const std::size_t index : fresh) {
    const Event& event = batch[index];
    if (limits.retention > 0 && event.time &&
        *event.time < now - limits.retention) {
      return TooOld(index, *event.time, limits);
    }
    for (SeriesKey& key : SeriesOf(event)) {
      if (totals.Has(key)) continue;
      std::set<SeriesKey>& keys = added[key.metric];
      const std::size_t count = totals.SeriesCount(key.metric) + keys.size();
      if (count >= limits.series_per_metric && !keys.contains(key)) {
        return TooMany(index, key, limits.series_per_metric);
      }
      keys.insert(std::move(key));
    }
  }
  return std::nullopt;
}

void RejectionCounter::Add(const Rejection& rejection) {
  if (rejection.code == kTooOld) {
    ++too_old_;
    return;
  }
  const schema::MetricRow* row = schema::FindRow(rejection.metric);
  ++cardinality_[static_cast<std::size_t>(row - std::begin(schema::kMetrics))];
}

RejectionCounts RejectionCounter::counts() const {
  RejectionCounts counts;
  std::ranges::copy(cardinality_, counts.cardinality.begin());
  counts.too_old = too_old_;
  return counts;
}

}  // namespace exporter
