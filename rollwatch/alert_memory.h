// The alerts that are pending or firing, kept in a file over a restart.

#ifndef ROLLWATCH_ALERT_MEMORY_H_
#define ROLLWATCH_ALERT_MEMORY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/alert_state.h"
#include "base/time.h"

namespace rollwatch {

// What an alert is known by beside its labels. A rule whose expression was
// changed is another rule.
struct RememberedAlert {
  std::string group;
  std::string rule;
  std::string query;
  alerts::Alert alert;  // Without annotations and value.
};

struct AlertMemory {
  base::Timestamp time = 0;  // Of the last evaluation.
  std::string instance;      // What the label was then.
  std::vector<RememberedAlert> alerts;
};

std::string WriteAlertMemory(const AlertMemory& memory);
// Fails with DataLoss when the text is none that WriteAlertMemory made.
absl::StatusOr<AlertMemory> ReadAlertMemory(std::string_view text);

// Whether both hold the same alerts in the same states since the same times.
bool SameAlerts(const AlertMemory& a, const AlertMemory& b);

// As it is for `instance` at `now`, after a time in which nobody looked: an
// alert that was pending has held for as long as before, not for that time too;
// one that was firing still fires. After more than an hour all are forgotten,
// as Prometheus does (--rules.alert.for-outage-tolerance).
AlertMemory Resume(AlertMemory memory, const std::string& instance,
                   base::Timestamp now);

}  // namespace rollwatch

#endif  // ROLLWATCH_ALERT_MEMORY_H_
