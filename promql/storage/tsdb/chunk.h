// The samples of one chunk.

#ifndef PROMQL_STORAGE_TSDB_CHUNK_H_
#define PROMQL_STORAGE_TSDB_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "promql/storage/merged_storage.h"

namespace promql::tsdb {

enum class Encoding : std::uint8_t {
  kXor = 1,
  kHistogram = 2,
  kFloatHistogram = 3,
};

// What is wrong with a chunk, at which of its bytes.
struct ChunkDamage {
  std::size_t offset = 0;
  std::string what;
};

// Appends the samples of a chunk (Prometheus tsdb/chunkenc), given without its
// length, encoding and checksum. The counter reset hints are what Prometheus
// answers: unknown for the first of a chunk, "not reset" for the others,
// "gauge" in a chunk of gauges. Nothing is returned when all is well; else
// some samples may have been appended. O(samples) and, of native histograms,
// their buckets.
// REQUIRES: `out` is empty
std::optional<ChunkDamage> DecodeChunk(std::uint8_t encoding,
                                       std::string_view data,
                                       SampleColumns& out);

// The encodings that DecodeChunk is made of.
std::optional<ChunkDamage> DecodeXor(std::string_view data, SampleColumns& out);
std::optional<ChunkDamage> DecodeHistograms(std::string_view data, bool floats,
                                            SampleColumns& out);

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_CHUNK_H_
