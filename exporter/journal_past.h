// What a journal held at earlier times.

#ifndef EXPORTER_JOURNAL_PAST_H_
#define EXPORTER_JOURNAL_PAST_H_

#include <functional>

#include "absl/status/status.h"
#include "base/time.h"
#include "exporter/journal.h"

namespace exporter {

// Calls `start` once with the totals before the first event that was recorded
// at `since` or later, then `event` with each from there on in order, until it
// returns false. Totals that were folded later than `since` are the earliest
// there are: their last_received() says so. On a connection of its own, also
// while the journal is written. O(events).
absl::Status ReadPast(const JournalOptions& options, base::Timestamp since,
                      const std::function<void(Totals totals)>& start,
                      const std::function<bool(const RecordedEvent&)>& event);

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_PAST_H_
