#include "promql/storage/tsdb/bytes.h"

#include <array>
#include <bit>
#include <cstring>

#include "absl/strings/str_format.h"

namespace promql::tsdb {
namespace {

// Eight tables: byte i of a word is looked up in table 7 - i ("slicing by 8").
using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr CrcTables MakeCrcTables() {
  constexpr std::uint32_t kReversedPolynomial = 0x82f63b78;
  CrcTables tables = {};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
    }
    tables[0][i] = crc;
  }
  for (std::size_t table = 1; table < tables.size(); ++table) {
    for (std::size_t i = 0; i < 256; ++i) {
      const std::uint32_t before = tables[table - 1][i];
      tables[table][i] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr CrcTables kCrcTables = MakeCrcTables();

}  // namespace

absl::Status Damaged(const std::string& path, std::size_t offset,
                     std::string_view what) {
  return absl::DataLossError(
      absl::StrFormat("%s: damaged at offset %d: %s", path, offset, what));
}

std::uint32_t Crc32c(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::uint32_t crc = 0xffffffff;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    word ^= crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      crc ^= kCrcTables[7 - i][(word >> (8 * i)) & 0xff];
    }
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) {
    crc = (crc >> 8) ^
          kCrcTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return ~crc;
}

ByteReader::ByteReader(std::string_view file, std::size_t begin)
    : file_(file), at_(begin), ok_(begin <= file.size()) {}

std::string_view ByteReader::Take(std::uint64_t size) {
  if (size > left()) ok_ = false;
  if (!ok_) return {};
  const std::string_view taken =
      file_.substr(at_, static_cast<std::size_t>(size));
  at_ += taken.size();
  return taken;
}

std::uint8_t ByteReader::TakeByte() {
  const std::string_view byte = Take(1);
  return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
}

std::uint32_t ByteReader::TakeU32() {
  std::uint32_t number = 0;
  for (const char c : Take(4)) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

std::uint64_t ByteReader::TakeU64() {
  const std::uint64_t high = TakeU32();
  return high << 32 | TakeU32();
}

std::uint64_t ByteReader::TakeUvarint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = TakeByte();
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return number;
  }
  ok_ = false;  // Longer than 64 bits.
  return 0;
}

std::int64_t ByteReader::TakeVarint() {
  const std::uint64_t number = TakeUvarint();
  return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

}  // namespace promql::tsdb
