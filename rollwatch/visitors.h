// Who asked last, for the page.

#ifndef ROLLWATCH_VISITORS_H_
#define ROLLWATCH_VISITORS_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.h"

namespace rollwatch {

struct Visit {
  base::Timestamp time = 0;
  std::string who;  // "token release", "127.0.0.1 Prometheus/2.42.0".
  // Of a report: the last event that was recorded when it was answered.
  std::int64_t sequence = 0;
};

// Known since the process started. Safe for use by many threads.
class Visitors {
 public:
  void Scraped(Visit visit) {
    const std::lock_guard lock(mutex_);
    scrape_ = std::move(visit);
  }
  // One that brought nothing new is no visit.
  void Reported(Visit visit) {
    const std::lock_guard lock(mutex_);
    if (report_ && visit.sequence <= report_->sequence) return;
    report_ = std::move(visit);
  }

  std::optional<Visit> last_scrape() const {
    const std::lock_guard lock(mutex_);
    return scrape_;
  }
  std::optional<Visit> last_report() const {
    const std::lock_guard lock(mutex_);
    return report_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Visit> scrape_;
  std::optional<Visit> report_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_VISITORS_H_
