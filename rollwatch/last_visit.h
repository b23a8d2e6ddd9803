// Who scraped last, for the page.

#ifndef ROLLWATCH_LAST_VISIT_H_
#define ROLLWATCH_LAST_VISIT_H_

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"

namespace rollwatch {

struct Visit {
  base::Timestamp time = 0;
  std::string who;  // "127.0.0.1 Prometheus/2.42.0".
};

// The last since the process started. Safe for use by many threads.
class LastVisit {
 public:
  void Note(Visit visit) {
    const std::lock_guard lock(mutex_);
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

}  // namespace rollwatch

#endif  // ROLLWATCH_LAST_VISIT_H_
