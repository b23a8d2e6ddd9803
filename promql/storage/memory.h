// Series in memory.

#ifndef PROMQL_STORAGE_MEMORY_H_
#define PROMQL_STORAGE_MEMORY_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/labels.h"
#include "base/matcher.h"
#include "base/time.h"
#include "promql/engine/storage.h"
#include "promql/storage/series_index.h"

namespace promql {

// Holds every sample that is appended until it is dropped: 8 bytes for a float
// sample, 8 for its time, which series appended to at the same times share, and
// at most an eighth more for those to come. Safe to read from many
// threads while no thread writes; what Select returned is invalid after the
// next write.
class MemoryStorage : public Storage {
 public:
  MemoryStorage();
  ~MemoryStorage() override;
  MemoryStorage(MemoryStorage&&) noexcept;
  MemoryStorage& operator=(MemoryStorage&&) noexcept;

  // Adds a sample. One at or after the series' newest time is O(1), an older
  // one O(samples of the series); a time that is there already gets the new
  // value. `start` is the sample's start timestamp, 0 when unknown. The hint of
  // a histogram becomes what Prometheus would answer (counter_hints.h).
  void Append(const base::Labels& labels, base::Timestamp time, double value,
              base::Timestamp start = 0);
  void Append(const base::Labels& labels, base::Timestamp time,
              HistogramPtr histogram, base::Timestamp start = 0);
  // The same for many samples of one series: finds it, or makes it, once. To be
  // followed by an Append; good until DropBefore or Clear.
  struct Entry;
  Entry& Find(const base::Labels& labels);
  void Append(Entry& entry, base::Timestamp time, double value);
  void Append(Entry& entry, base::Timestamp time, HistogramPtr histogram);
  // Many at once, faster when they ascend behind the newest. A time that is
  // there already keeps its value, as Prometheus drops a second one.
  // REQUIRES: as many values as times
  void Append(Entry& entry, std::span<const base::Timestamp> times,
              std::span<const double> values);
  // Says that the series has ended; without effect on a series that never was.
  void AppendStale(const base::Labels& labels, base::Timestamp time);

  // Forgets all samples before `time`, and series that have none left.
  void DropBefore(base::Timestamp time);
  void Clear();

  std::size_t series_count() const;
  std::size_t sample_count() const;
  // The oldest and the newest sample's time. REQUIRES: sample_count() > 0
  base::Timestamp min_time() const;
  base::Timestamp max_time() const;

  // In the order in which series were first appended to.
  absl::StatusOr<SeriesSet> Select(const std::vector<base::Matcher>& matchers,
                                   base::Timestamp min,
                                   base::Timestamp max) const override;

 private:
  void IndexSeries();

  // The number of a series in the index is its place here.
  std::vector<std::unique_ptr<Entry>> entries_;
  SeriesIndex index_;
  absl::flat_hash_map<base::Labels, Entry*> by_labels_;
};

}  // namespace promql

#endif  // PROMQL_STORAGE_MEMORY_H_
