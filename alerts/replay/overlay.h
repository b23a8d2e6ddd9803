// Recorded data, and over it what replayed rules write.

#ifndef ALERTS_REPLAY_OVERLAY_H_
#define ALERTS_REPLAY_OVERLAY_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/matcher.h"
#include "base/time.h"
#include "promql/engine/storage.h"
#include "promql/storage/memory.h"

namespace alerts {

// From the start of the replay on, recorded series that the replayed rules
// write themselves are hidden: the metrics that they record, and ALERTS and
// ALERTS_FOR_STATE of their alerts. Safe to read from many threads while nobody
// writes.
class Overlay : public promql::Storage {
 public:
  // `recorded` must outlive it.
  Overlay(const promql::Storage& recorded,
          const std::vector<GroupDefinition>& groups, base::Timestamp start);

  // One series at its times, ascending. A time that has a sample already, of
  // another rule, keeps it: then, as in Prometheus, "duplicate sample for
  // timestamp" is the error, unless the two are equal.
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      double value, promql::HistogramPtr histogram);
  // Says that the series has ended; nothing where there is a sample.
  void AppendStale(const base::Labels& labels, base::Timestamp time);

  absl::StatusOr<promql::SeriesSet> Select(
      const std::vector<base::Matcher>& matchers, base::Timestamp min,
      base::Timestamp max) const override;

  const promql::MemoryStorage& written() const { return written_; }

 private:
  struct Newest {
    promql::MemoryStorage::Entry* entry = nullptr;
    base::Timestamp time = 0;
  };

  bool IsHidden(const base::Labels& labels) const;
  bool CanFindWritten(const std::vector<base::Matcher>& matchers) const;
  // The sample that is there; nothing when there is none.
  std::optional<promql::SeriesSet> At(const base::Labels& labels,
                                      base::Timestamp time) const;

  const promql::Storage& recorded_;
  const base::Timestamp start_;
  std::set<std::string, std::less<>> names_;   // Of recording rules.
  std::set<std::string, std::less<>> alerts_;  // alertname of the others.
  promql::MemoryStorage written_;
  absl::flat_hash_map<base::Labels, Newest> newest_;
};

// What a storage holds at one time: nothing behind `now` is seen.
class Clipped : public promql::Storage {
 public:
  Clipped(const promql::Storage& storage, base::Timestamp now)
      : storage_(storage), now_(now) {}
  absl::StatusOr<promql::SeriesSet> Select(
      const std::vector<base::Matcher>& matchers, base::Timestamp min,
      base::Timestamp max) const override;

 private:
  const promql::Storage& storage_;
  const base::Timestamp now_;
};

}  // namespace alerts

#endif  // ALERTS_REPLAY_OVERLAY_H_
