// Who asked last, for the page.

#ifndef ROLLWATCH_VISITORS_H_
#define ROLLWATCH_VISITORS_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"

namespace rollwatch {

struct Visit {
  base::Timestamp time = 0;
  std::string who;  // "token release", "127.0.0.1 Prometheus/2.42.0".
  // Of a report: the last event that was recorded when it was answered.
  std::int64_t sequence = 0;
};

// The last of a kind since the process started. Safe for use by many threads.
class LastVisit {
 public:
  // One that saw less than the one before came earlier.
  void Note(Visit visit) {
    const std::lock_guard lock(mutex_);
    if (last_ && visit.sequence < last_->sequence) return;
    last_ = std::move(visit);
  }
  std::optional<Visit> last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Visit> last_;
};

// Scrapes and reports share no lock.
struct Visitors {
  LastVisit scrapes;
  LastVisit reports;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_VISITORS_H_
