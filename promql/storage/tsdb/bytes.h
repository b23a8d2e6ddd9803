// Reads the big-endian numbers of TSDB files, never past their end.

#ifndef PROMQL_STORAGE_TSDB_BYTES_H_
#define PROMQL_STORAGE_TSDB_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace promql::tsdb {

// DataLoss: "PATH: damaged at offset N: what".
absl::Status Damaged(const std::string& path, std::size_t offset,
                     std::string_view what);

// CRC-32 with Castagnoli's polynomial, as every section of a block has it.
std::uint32_t Crc32c(std::string_view bytes);

inline constexpr std::size_t kChecksumBytes = 4;
// How a file begins: its magic number and the version of its format.
inline constexpr std::size_t kHeaderBytes = 5;

// Every Take moves behind what it read. Once one did not fit, it and all after
// it give 0 or "", and ok() is false.
class ByteReader {
 public:
  // The bytes of a file from `begin` on; offsets count in the file.
  ByteReader(std::string_view file, std::size_t begin);

  bool ok() const { return ok_; }
  std::size_t offset() const { return at_; }
  std::size_t left() const { return ok_ ? file_.size() - at_ : 0; }

  std::uint8_t TakeByte();
  std::uint32_t TakeU32();
  std::uint64_t TakeU64();
  std::uint64_t TakeUvarint();
  // Zigzag, as Go's binary.Varint.
  std::int64_t TakeVarint();
  std::string_view Take(std::uint64_t size);
  // A uvarint and so many bytes.
  std::string_view TakeString() { return Take(TakeUvarint()); }
  void Fail() { ok_ = false; }

 private:
  std::string_view file_;
  std::size_t at_;
  bool ok_ = true;
};

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_BYTES_H_
