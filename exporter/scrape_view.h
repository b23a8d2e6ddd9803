// What one consumer of scrapes is shown.

#ifndef EXPORTER_SCRAPE_VIEW_H_
#define EXPORTER_SCRAPE_VIEW_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"
#include "exporter/recorder.h"
#include "exporter/snapshot.h"

namespace exporter {

// Turns totals into snapshots for one kind of consumer: the scrapers of
// /metrics share one, and each other reader (the sidecar's own history, a
// Collectable) has its own. A snapshot depends on the totals, the clock, and
// what the consumers were delivered:
// - a counter or histogram series first met while running is shown at 0 until
//   every scraper of the last ten minutes was delivered a snapshot with it, for
//   at most two scrape intervals, so that increase() sees its first event; one
//   met before the view was made shows its value, or it would go backwards;
// - a canary series goes once its rollout is finished and every such scraper
//   was delivered the last value, at the latest after two scrape intervals.
// What was shown once is shown from then on, whatever the clock does.
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
  Snapshot Take(base::Timestamp now = base::Now());

  // Says that this scraper has asked: from now on it is waited for.
  void Asked(const std::string& scraper, base::Timestamp now = base::Now());
  // Says that this scraper has received all of `snapshot`, which Take made.
  void Delivered(const Snapshot& snapshot, const std::string& scraper = "");

  // How many scrapers are waited for.
  std::size_t scrapers() const;

 private:
  struct Scraper {
    base::Timestamp asked = 0;
    std::int64_t delivered = 0;  // The last event that it has seen.
  };

  bool IsFresh(base::Timestamp received, base::Timestamp now) const;
  bool IsNewborn(const SeriesTotal& total, base::Timestamp now);
  bool IsGone(const CanaryState& canary, base::Timestamp now) const;

  const Recorder& recorder_;
  const Options options_;
  // Series that an event up to this one made are shown with their value.
  std::atomic<std::int64_t> shown_;
  // Canaries that ended with an event up to this one are not shown any more.
  std::atomic<std::int64_t> delivered_{0};
  mutable std::mutex mutex_;
  std::map<std::string, Scraper> scrapers_;
};

}  // namespace exporter

#endif  // EXPORTER_SCRAPE_VIEW_H_
