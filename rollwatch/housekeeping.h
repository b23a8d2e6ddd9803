// What the sidecar does by itself, from time to time.

#ifndef ROLLWATCH_HOUSEKEEPING_H_
#define ROLLWATCH_HOUSEKEEPING_H_

#include <memory>

#include "base/time.h"
#include "exporter/journal.h"
#include "rollwatch/log.h"

namespace rollwatch {

struct HousekeepingOptions {
  base::Duration retention = 0;        // 0: events are kept for ever.
  base::Duration rollout_timeout = 0;  // 0: a rollout may take for ever.
};

// Folds events that are older than the retention, and ends rollouts that take
// longer than the timeout. On a thread of its own.
class Housekeeping {
 public:
  // Starts. `journal` and `log` must outlive this.
  Housekeeping(exporter::Journal& journal, HousekeepingOptions options,
               Log& log);
  // Stops.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// Records for each rollout that was started longer ago a deployment that
// failed, under the id timeout:DEPLOYMENT_ID; where that id is taken, as by the
// same commit in another environment, ":ENVIRONMENT:STARTED" follows, in
// milliseconds. Returns how many.
absl::StatusOr<int> EndOverdueRollouts(exporter::Recorder& recorder,
                                       base::Duration timeout,
                                       base::Timestamp now);

}  // namespace rollwatch

#endif  // ROLLWATCH_HOUSEKEEPING_H_
