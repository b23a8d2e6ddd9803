// The samples of many blocks.

#ifndef PROMQL_STORAGE_TSDB_TSDB_STORAGE_H_
#define PROMQL_STORAGE_TSDB_TSDB_STORAGE_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "promql/storage/data_source.h"
#include "promql/storage/tsdb/block.h"

namespace promql::tsdb {

// Selects from blocks, which may overlap: of one time the sample of the block
// that begins first counts. Series come sorted by labels.
//
// Keeps what it decoded, 16 bytes for a float sample: a chunk is decoded when a
// selection first reaches it, and never again. A selection that reaches on from
// what is decoded takes as much again, so that queries step by step cost no
// more than one over all. Safe to select from by many threads.
class TsdbStorage : public Storage {
 public:
  // `wanted`, when given, is decoded at once for each series that is met.
  explicit TsdbStorage(std::vector<Block> blocks,
                       std::optional<TimeSpan> wanted = std::nullopt);
  ~TsdbStorage() override;

  absl::StatusOr<SeriesSet> Select(const std::vector<base::Matcher>& matchers,
                                   base::Timestamp min,
                                   base::Timestamp max) const override;

 private:
  struct Series;
  using Selection = std::vector<Series*>;

  // The series of the matchers in one block, looked up once.
  absl::StatusOr<const Selection*> SelectIn(
      std::size_t block, const std::string& key,
      const std::vector<base::Matcher>& matchers) const;
  absl::StatusOr<Series*> Met(std::size_t block, SeriesRef ref) const;
  absl::Status Decode(Series& series, TimeSpan span) const;
  // What to decode of a series when `span` is asked for.
  TimeSpan Widened(const Series& series, TimeSpan span) const;

  std::vector<Block> blocks_;  // By begin.
  std::optional<TimeSpan> wanted_;
  // Guards what follows.
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Series>> series_;
  mutable absl::flat_hash_map<base::Labels, Series*> by_labels_;
  mutable std::vector<absl::flat_hash_map<SeriesRef, Series*>> by_ref_;
  mutable std::vector<absl::flat_hash_map<std::string, Selection>> selections_;
};

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_TSDB_STORAGE_H_
