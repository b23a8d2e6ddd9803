// One block: an index, chunks and tombstones.

#ifndef PROMQL_STORAGE_TSDB_BLOCK_H_
#define PROMQL_STORAGE_TSDB_BLOCK_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "promql/storage/data_source.h"
#include "promql/storage/mapped_file.h"
#include "promql/storage/tsdb/index.h"
#include "promql/storage/tsdb/tombstones.h"

namespace promql::tsdb {

// A file and what messages call it.
struct NamedBytes {
  std::string path;
  std::string_view bytes;
};

// The files of a block in memory.
struct BlockFiles {
  NamedBytes index;
  std::vector<NamedBytes> segments;  // chunks/000001, ... in order.
  std::optional<NamedBytes> tombstones;
  // Off: damage is met behind the checksums, as a fuzzer wants it.
  bool checksums = true;
};

// What meta.json says.
struct BlockMeta {
  TimeSpan span;
  std::string id;                    // Its ULID.
  std::vector<std::string> parents;  // The blocks that it was compacted from.
};

// REQUIRES: `text` is that of the file `path`
absl::StatusOr<BlockMeta> ReadBlockMeta(const std::string& path,
                                        std::string text);

// Safe to read from many threads. Damage gives a DataLoss that names the file
// and the offset.
class Block {
 public:
  // Maps the files of a block directory.
  static absl::StatusOr<Block> Open(const std::string& directory);
  // REQUIRES: the files outlive the block
  static absl::StatusOr<Block> Read(BlockMeta meta, BlockFiles files);

  const BlockMeta& meta() const { return meta_; }
  const Index& index() const { return index_; }

  // The samples of a chunk of the series, without deleted ones.
  absl::StatusOr<SampleColumns> Samples(SeriesRef series,
                                        const ChunkRef& chunk) const;

 private:
  Block(BlockMeta meta, BlockFiles files, Index index)
      : meta_(std::move(meta)),
        files_(std::move(files)),
        index_(std::move(index)) {}

  BlockMeta meta_;
  std::vector<MappedFile> mapped_;  // Empty for a block in memory.
  BlockFiles files_;
  Index index_;
  Tombstones tombstones_;
};

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_BLOCK_H_
