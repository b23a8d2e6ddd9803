#include "rollwatch/past.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "exporter/journal_past.h"
#include "exporter/recorder.h"
#include "exporter/scrape_view.h"

namespace rollwatch {
namespace {

constexpr base::Duration kDense = 60 * 60 * 1000;
// A selector sees a sample for five minutes.
constexpr base::Duration kSparse = 2 * 60 * 1000;

// The scrapes in [from, now), ascending. The first is at `from`, so that what
// happened right behind it is a rise.
std::vector<base::Timestamp> Scrapes(base::Timestamp from, base::Timestamp now,
                                     base::Duration interval) {
  std::vector<base::Timestamp> times;
  base::Timestamp time = now - interval;
  while (time > from) {
    times.push_back(time);
    time -= now - time < kDense ? interval : std::max(interval, kSparse);
  }
  if (from < now) times.push_back(from);
  std::reverse(times.begin(), times.end());
  return times;
}

// The sidecar as it was, on a clock of its own.
class Replay {
 public:
  Replay(exporter::Totals totals, std::vector<base::Timestamp> times,
         base::Duration interval, History& history)
      : times_(std::move(times)),
        recorder_(std::move(totals)),
        view_(recorder_, {interval}, times_.empty() ? 0 : times_.front()),
        history_(history) {}

  // Scrapes until the event; false when the present is reached.
  bool Record(const exporter::RecordedEvent& event) {
    ScrapeUntil(event.received);
    if (next_ == times_.size()) return false;
    recorder_.Replay(event);
    return true;
  }

  void Finish() {
    if (!times_.empty()) ScrapeUntil(times_.back() + 1);
  }

 private:
  void ScrapeUntil(base::Timestamp end) {
    for (; next_ < times_.size() && times_[next_] < end; ++next_) {
      const exporter::Snapshot snapshot = view_.Take(times_[next_]);
      history_.Store(snapshot);
      view_.Delivered(snapshot);
    }
  }

  const std::vector<base::Timestamp> times_;
  exporter::MemoryRecorder recorder_;
  exporter::ScrapeView view_;
  History& history_;
  std::size_t next_ = 0;
};

}  // namespace

absl::Status RebuildPast(const PastOptions& options, base::Timestamp now,
                         History& history) {
  const base::Timestamp since =
      now - history.longest() - 2 * options.scrape_interval;
  std::optional<Replay> replay;
  const absl::Status status = exporter::ReadPast(
      options.journal, since,
      [&](exporter::Totals totals) {
        // Before that nothing was counted, or nobody knows any more when.
        const base::Timestamp from =
            std::max({since, totals.created(), totals.last_received() + 1});
        replay.emplace(std::move(totals),
                       Scrapes(from, now, options.scrape_interval),
                       options.scrape_interval, history);
      },
      [&](const exporter::RecordedEvent& event) {
        return replay->Record(event);
      });
  if (status.ok()) replay->Finish();
  return status;
}

}  // namespace rollwatch
