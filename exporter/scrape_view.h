// What one consumer of scrapes is shown.

#ifndef EXPORTER_SCRAPE_VIEW_H_
#define EXPORTER_SCRAPE_VIEW_H_

#include <atomic>
#include <cstdint>

#include "base/time.h"
#include "exporter/recorder.h"
#include "exporter/snapshot.h"

namespace exporter {

// Turns totals into snapshots for one consumer: the scrapers of /metrics share
// one, and each other reader (the sidecar's own history, a Collectable) has its
// own. A snapshot depends on the totals, the clock, and what this consumer was
// delivered:
// - a counter or histogram series first met while running is shown at 0 until
//   a snapshot with it was delivered, for at most two scrape intervals, so that
//   increase() sees its first event; one met before the view was made shows
//   its value, or it would go backwards;
// - a canary series goes once its rollout is finished and a snapshot with the
//   last value was delivered.
// Safe for use by many threads.
class ScrapeView {
 public:
  struct Options {
    base::Duration scrape_interval = 15000;
  };

  // `recorder` must outlive this.
  ScrapeView(const Recorder& recorder, Options options,
             base::Timestamp now = base::Now());

  // The state at `now`. The families are those of the metric table, in its
  // order; series are sorted by their label values.
  Snapshot Take(base::Timestamp now = base::Now()) const;

  // Says that the consumer has received all of `snapshot`, which Take made.
  void Delivered(const Snapshot& snapshot);

 private:
  bool IsNewborn(const SeriesTotal& total, base::Timestamp now,
                 std::int64_t delivered) const;
  bool IsGone(const CanaryState& canary, std::int64_t delivered) const;

  const Recorder& recorder_;
  const Options options_;
  const base::Timestamp start_;
  std::int64_t start_sequence_ = 0;
  std::atomic<std::int64_t> delivered_sequence_;
};

}  // namespace exporter

#endif  // EXPORTER_SCRAPE_VIEW_H_
