// What rules look back on, from before the process was started.

#ifndef ROLLWATCH_PAST_H_
#define ROLLWATCH_PAST_H_

#include "absl/status/status.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "rollwatch/history.h"

namespace rollwatch {

struct PastOptions {
  exporter::JournalOptions journal;
  base::Duration scrape_interval = 15'000;
};

// Stores in `history`, which is empty, what a Prometheus that has scraped since
// counting began would hold of the time that the history's queries looked back,
// up to `now`: so increase() goes on over a restart. Samples are as dense as
// scrapes within the last hour, and two minutes apart before; while nobody ran
// the series stood still.
absl::Status RebuildPast(const PastOptions& options, base::Timestamp now,
                         History& history);

}  // namespace rollwatch

#endif  // ROLLWATCH_PAST_H_
