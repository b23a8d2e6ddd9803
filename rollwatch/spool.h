// Events that wait on the disk until a sidecar takes them.

#ifndef ROLLWATCH_SPOOL_H_
#define ROLLWATCH_SPOOL_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "rollwatch/delivery.h"

namespace rollwatch {

// A folder with a file an event, sent in the order of their names. Several
// processes may use it at once.
class Spool {
 public:
  explicit Spool(std::string folder) : folder_(std::move(folder)) {}

  // Stores an event, one line of JSON, behind those that wait; returns its
  // name. It is on the disk then.
  absl::StatusOr<std::string> Put(std::string_view event) const;

  // The names of those that wait, in their order.
  absl::StatusOr<std::vector<std::string>> Waiting() const;

  absl::StatusOr<std::string> Read(const std::string& name) const;
  absl::Status Remove(const std::string& name) const;
  // Moves an event that a sidecar will never take to rejected/, and writes why
  // beside it.
  absl::Status SetAside(const std::string& name,
                        const std::string& reason) const;

  const std::string& folder() const { return folder_; }

 private:
  friend class SpoolFlush;
  const std::string folder_;
};

struct FlushResult {
  int sent = 0;  // Recorded, now or before.
  int rejected = 0;
  int waiting = 0;
  std::string problem;  // Why some still wait; "" when none does.
  // What became of the event that was asked about.
  DeliveryResult watched;
};

// Sends what waits, in order, on a thread of its own. An event is removed once
// it is acknowledged; one that is sent again counts once, since it has an id.
// One that is rejected is set aside and does not hold up the others.
class SpoolFlush {
 public:
  // Starts. `watched` is the name of the event to tell of, or "". `wait`
  // bounds the whole; at least one try is made.
  SpoolFlush(const Spool& spool, EventsAddress address, std::string watched,
             base::Duration wait);
  // Waits for the end.
  ~SpoolFlush();
  SpoolFlush(const SpoolFlush&) = delete;
  SpoolFlush& operator=(const SpoolFlush&) = delete;

  // Gives up this much from now on, if that is earlier.
  void Hurry(base::Duration wait);
  bool done() const { return done_; }
  // Waits for it.
  FlushResult Result();

 private:
  void Run();
  bool SendOne(const std::string& name);
  base::Duration Left() const;

  const Spool& spool_;
  const EventsAddress address_;
  const std::string watched_;
  mutable std::mutex mutex_;
  base::Timestamp deadline_;  // On a clock that only runs forward.
  std::unique_ptr<Delivery> delivery_;
  FlushResult result_;  // Of the thread, until it is done.
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_SPOOL_H_
