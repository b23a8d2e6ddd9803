// Takes events and holds the totals they add up to.

#ifndef EXPORTER_RECORDER_H_
#define EXPORTER_RECORDER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/admission.h"
#include "exporter/event.h"
#include "exporter/shared_totals.h"
#include "exporter/totals.h"

namespace exporter {

enum class Outcome { kRecorded, kDuplicate };

// An event whose id was recorded before with another content.
struct Conflict {
  std::size_t index = 0;  // Which of the batch.
  std::string id;
  std::string field;     // In which the two differ.
  std::string recorded;  // The field's value then, as text.
  std::string offered;   // And now.
};

struct Receipt {
  // One for each event of the batch. Empty on a conflict: a batch is recorded
  // whole or not at all.
  std::vector<Outcome> outcomes;
  std::optional<Conflict> conflict;
  // Likewise when an event may not be taken.
  std::optional<Rejection> rejection;
};

// Safe for use by many threads.
class Recorder {
 public:
  virtual ~Recorder() = default;

  // Records a batch: its events count once, also when they come again. Returns
  // when they are safe (Journal: committed and synced). A Status means that
  // nothing was recorded and the batch may be sent again.
  // `reporter` is who sent it, for people. REQUIRES: the events are valid.
  absl::StatusOr<Receipt> Record(std::vector<Event> events,
                                 std::string reporter = {}) {
    return RecordBatch(std::move(events), std::move(reporter));
  }

  // Whether Record could succeed now; otherwise why not.
  virtual absl::Status Probe() = 0;

  // Calls `read` with the totals of what was recorded, as they are now: they do
  // not change under it, though events are recorded meanwhile. `read` must be
  // quick and must not call back.
  virtual void Read(const std::function<void(const Totals&)>& read) const = 0;

  // The last `count` events, the newest first.
  virtual absl::StatusOr<std::vector<RecordedEvent>> Recent(
      std::size_t count) const = 0;

  virtual AdmissionLimits limits() const = 0;
  virtual RejectionCounts rejections() const = 0;

 private:
  virtual absl::StatusOr<Receipt> RecordBatch(std::vector<Event> events,
                                              std::string reporter) = 0;
};

// What a batch would do, given what was recorded before.
struct Resolution {
  Receipt receipt;
  std::vector<std::size_t> fresh;  // Of the batch: to be recorded, in order.
};
// `find` returns the recorded event with the id of the offered one; nothing
// when there is none; the offered one itself when only the id is known.
Resolution Resolve(
    const std::vector<Event>& batch,
    const std::function<std::optional<Event>(const Event& offered)>& find);

// Keeps totals and events in memory only: they are lost with the process. Ids
// are remembered for the last 100,000 events.
class MemoryRecorder : public Recorder {
 public:
  explicit MemoryRecorder(const schema::SchemaOptions& options,
                          AdmissionLimits limits = {});
  // Goes on from totals.
  explicit MemoryRecorder(Totals totals) : totals_(std::move(totals)) {}

  // Counts an event as another recorder recorded it; its id is not remembered.
  // REQUIRES: its sequence follows that of the last one.
  void Replay(const RecordedEvent& event);
  absl::Status Probe() override { return absl::OkStatus(); }
  void Read(const std::function<void(const Totals&)>& read) const override;
  absl::StatusOr<std::vector<RecordedEvent>> Recent(
      std::size_t count) const override;
  AdmissionLimits limits() const override { return limits_; }
  RejectionCounts rejections() const override;

 private:
  absl::StatusOr<Receipt> RecordBatch(std::vector<Event> events,
                                      std::string reporter) override;

  const AdmissionLimits limits_;
  mutable std::mutex mutex_;  // Of what records; Read() does without.
  SharedTotals totals_;
  RejectionCounter rejections_;
  std::deque<RecordedEvent> events_;
  std::map<std::string, Event> by_id_;
};

}  // namespace exporter

#endif  // EXPORTER_RECORDER_H_
