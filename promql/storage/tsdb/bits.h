// Reads the bits of a chunk.

#ifndef PROMQL_STORAGE_TSDB_BITS_H_
#define PROMQL_STORAGE_TSDB_BITS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace promql::tsdb {

// From the highest bit of each byte to the lowest. Once a read did not fit, it
// and all after it give 0, and ok() is false.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes)
      : bytes_(bytes), end_(bytes.size() * 8) {}

  bool ok() const { return ok_; }
  void Fail() { ok_ = false; }
  std::size_t left() const { return ok_ ? end_ - at_ : 0; }
  // The byte that the next bit is in.
  std::size_t byte() const { return at_ / 8; }

  // REQUIRES: count <= 64
  std::uint64_t Take(unsigned count) {
    if (count > kWindow) {
      const std::uint64_t high = Take(count - 32);
      return high << 32 | Take(32);
    }
    if (count == 0 || !Spend(count)) return 0;
    return Window(at_ - count) >> (64 - count);
  }
  bool TakeBit() { return Take(1) != 0; }

  // How many of the next bits are 1 before a 0, which is read too; at most
  // `most`, behind which no 0 stands. REQUIRES: most <= 8
  unsigned TakeOnes(unsigned most) {
    const auto ones = static_cast<unsigned>(std::countl_one(Window(at_)));
    if (ones >= most) return Spend(most) ? most : 0;
    return Spend(ones + 1) ? ones : 0;
  }

  // Two's complement but for its least value, which is the greatest instead:
  // (-2^(count-1), 2^(count-1)]. REQUIRES: 0 < count < 64
  std::int64_t TakeSigned(unsigned count) {
    const std::uint64_t bits = Take(count);
    const bool negative = bits > std::uint64_t{1} << (count - 1);
    return static_cast<std::int64_t>(
        negative ? bits - (std::uint64_t{1} << count) : bits);
  }

  // Bytes of seven bits, as Go's binary.Uvarint and Varint.
  std::uint64_t TakeUvarint();
  std::int64_t TakeVarint();
  // The histogram chunks' numbers of 1 to 72 bits (chunkenc/varbit.go).
  std::uint64_t TakeVarbitUnsigned();
  std::int64_t TakeVarbit();

 private:
  // So many bits a Window has for sure.
  static constexpr unsigned kWindow = 57;

  bool Spend(unsigned count) {
    if (count > end_ - at_) ok_ = false;
    if (!ok_) return false;
    at_ += count;
    return true;
  }

  // The bits from `at` on, the first on top; zeros behind the end.
  std::uint64_t Window(std::size_t at) const {
    const std::size_t byte = at / 8;
    std::uint64_t word = 0;
    const std::size_t left = bytes_.size() - byte;
    if (left >= 8) {
      std::memcpy(&word, bytes_.data() + byte, 8);
    } else if (left > 0) {
      std::memcpy(&word, bytes_.data() + byte, left);
    }
    return __builtin_bswap64(word) << (at % 8);
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
  bool ok_ = true;
};

// A float of a chunk whose next value is written as what differs in its bits.
struct XorFloat {
  double value = 0;
  unsigned leading = 0;
  unsigned trailing = 0;

  void TakeRaw(BitReader& bits) {
    value = std::bit_cast<double>(bits.Take(64));
  }
  void TakeNext(BitReader& bits) {
    if (!bits.TakeBit()) return;
    if (bits.TakeBit()) {
      leading = static_cast<unsigned>(bits.Take(5));
      const auto length = static_cast<unsigned>(bits.Take(6));
      const unsigned significant = length == 0 ? 64 : length;
      if (leading + significant > 64) {
        bits.Fail();
        return;
      }
      trailing = 64 - leading - significant;
    }
    const std::uint64_t changed = bits.Take(64 - leading - trailing);
    value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) ^
                                  changed << trailing);
  }
};

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_BITS_H_
