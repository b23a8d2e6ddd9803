#include "exporter/recorder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace exporter {
namespace {

constexpr std::size_t kMostRemembered = 100000;

// A field of an event as text, for a message about it.
std::string FieldText(const Event& event, std::string_view field) {
  if (field == "kind") return std::string(Row(event.kind).name);
  if (field == "time") {
    return event.time ? base::FormatTimestamp(*event.time) : "";
  }
  if (field == "duration") {
    return event.duration ? base::FormatGeneral(*event.duration) : "";
  }
  if (field == "percentage") {
    return event.percentage ? base::FormatGeneral(*event.percentage) : "";
  }
  if (field == "finished") return event.finished ? "true" : "false";
  return std::string(TextField(event, field));
}

Totals StartedNow(const schema::SchemaOptions& options) {
  Totals totals(options);
  totals.set_created(base::Now());
  return totals;
}

}  // namespace

Resolution Resolve(
    const std::vector<Event>& batch,
    const std::function<std::optional<Event>(const Event& offered)>& find) {
  Resolution resolution;
  std::map<std::string, const Event*> earlier;  // In this batch.
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Event& event = batch[i];
    std::optional<Event> recorded;
    if (const auto it = earlier.find(event.id); it != earlier.end()) {
      recorded = *it->second;
    } else {
      recorded = find(event);
    }
    if (!recorded) {
      earlier.emplace(event.id, &event);
      resolution.fresh.push_back(i);
      resolution.receipt.outcomes.push_back(Outcome::kRecorded);
      continue;
    }
    const std::string_view field = FirstDifference(*recorded, event);
    if (!field.empty()) {
      resolution.fresh.clear();
      resolution.receipt.outcomes.clear();
      resolution.receipt.conflict =
          Conflict{i, event.id, std::string(field), FieldText(*recorded, field),
                   FieldText(event, field)};
      return resolution;
    }
    resolution.receipt.outcomes.push_back(Outcome::kDuplicate);
  }
  return resolution;
}

MemoryRecorder::MemoryRecorder(const schema::SchemaOptions& options,
                               AdmissionLimits limits)
    : limits_(limits), totals_(StartedNow(options)) {}

absl::StatusOr<Receipt> MemoryRecorder::RecordBatch(std::vector<Event> events,
                                                    std::string reporter) {
  const base::Timestamp now = base::Now();
  const std::lock_guard lock(mutex_);
  Resolution resolution =
      Resolve(events, [&](const Event& offered) -> std::optional<Event> {
        const auto it = by_id_.find(offered.id);
        if (it == by_id_.end()) return std::nullopt;
        return it->second;
      });
  if (auto rejection = FindRejection(events, resolution.fresh, totals_.next(),
                                     limits_, now)) {
    rejections_.Add(*rejection);
    return Receipt{{}, {}, std::move(rejection)};
  }
  std::vector<Cell> changed;
  for (const std::size_t index : resolution.fresh) {
    RecordedEvent recorded{totals_.next().last_sequence() + 1, now,
                           events[index], reporter};
    totals_.Apply(recorded, changed);
    by_id_[recorded.event.id] = recorded.event;
    events_.push_back(std::move(recorded));
    if (events_.size() > kMostRemembered) {
      by_id_.erase(events_.front().event.id);
      events_.pop_front();
    }
  }
  totals_.Publish();
  return std::move(resolution.receipt);
}

void MemoryRecorder::Replay(const RecordedEvent& event) {
  const std::lock_guard lock(mutex_);
  std::vector<Cell> changed;
  totals_.Apply(event, changed);
  totals_.Publish();
}

RejectionCounts MemoryRecorder::rejections() const {
  return rejections_.counts();
}

void MemoryRecorder::Read(
    const std::function<void(const Totals&)>& read) const {
  totals_.Read(read);
}

absl::StatusOr<std::vector<RecordedEvent>> MemoryRecorder::Recent(
    std::size_t count) const {
  const std::lock_guard lock(mutex_);
  const auto end = events_.rbegin() +
                   static_cast<std::ptrdiff_t>(std::min(count, events_.size()));
  return std::vector<RecordedEvent>(events_.rbegin(), end);
}

}  // namespace exporter
