// Prometheus' data directory: which blocks count, and what is not in them.

#ifndef PROMQL_STORAGE_TSDB_DATA_DIRECTORY_H_
#define PROMQL_STORAGE_TSDB_DATA_DIRECTORY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "promql/storage/tsdb/block.h"

namespace promql::tsdb {

// Whether it is a block, a directory of blocks (a data directory or a
// snapshot), or one with a write-ahead log at least.
bool IsDataDirectory(const std::string& path);

struct DataDirectory {
  std::vector<Block> blocks;
  std::vector<std::string> warnings;
};

// Opens the blocks, but those that were compacted into another one which is
// there too. Samples that the write-ahead log has beyond the last block are not
// read: a warning then names the times that are missing, and how to get them;
// without any block it is an error.
// REQUIRES: IsDataDirectory(path)
absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path);

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_DATA_DIRECTORY_H_
