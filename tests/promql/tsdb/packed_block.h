// A block in one file, as fuzzers and tests keep it: a byte (1: compare
// checksums), the lengths of the index and of the one chunk segment as
// little-endian u32, these two, then the tombstones (which may be empty).

#ifndef TESTS_PROMQL_TSDB_PACKED_BLOCK_H_
#define TESTS_PROMQL_TSDB_PACKED_BLOCK_H_

#include <cstdint>
#include <string_view>

#include "promql/storage/tsdb/block.h"

namespace promql::tsdb {

// What does not fit is cut off.
inline BlockFiles UnpackBlock(std::string_view packed) {
  const auto take = [&](std::uint64_t size) {
    const std::string_view part = packed.substr(0, size);
    packed.remove_prefix(part.size());
    return part;
  };
  const auto take_u32 = [&] {
    std::uint32_t number = 0;
    unsigned shift = 0;
    for (const char c : take(4)) {
      number |= std::uint32_t{static_cast<unsigned char>(c)} << shift;
      shift += 8;
    }
    return number;
  };
  BlockFiles files;
  files.checksums = take(1) == "\x01";
  const std::uint32_t index = take_u32();
  const std::uint32_t chunks = take_u32();
  files.index = {"index", take(index)};
  files.segments.push_back({"chunks/000001", take(chunks)});
  if (!packed.empty()) files.tombstones = {"tombstones", packed};
  return files;
}

}  // namespace promql::tsdb

#endif  // TESTS_PROMQL_TSDB_PACKED_BLOCK_H_
