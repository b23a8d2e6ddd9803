// The samples of a block that were deleted.

#ifndef PROMQL_STORAGE_TSDB_TOMBSTONES_H_
#define PROMQL_STORAGE_TSDB_TOMBSTONES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/time.h"
#include "promql/storage/merged_storage.h"
#include "promql/storage/tsdb/index.h"

namespace promql::tsdb {

// Both included.
struct DeletedTimes {
  base::Timestamp min = 0;
  base::Timestamp max = 0;
};

using Tombstones = absl::flat_hash_map<SeriesRef, std::vector<DeletedTimes>>;

// Reads the file of that name; statuses as Index has them.
absl::StatusOr<Tombstones> ReadTombstones(const std::string& path,
                                          std::string_view file,
                                          bool checksums = true);

// Removes the samples that lie in one of the times.
void RemoveDeleted(const std::vector<DeletedTimes>& deleted,
                   SampleColumns& samples);

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_TOMBSTONES_H_
