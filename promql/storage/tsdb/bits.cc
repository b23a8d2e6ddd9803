#include "promql/storage/tsdb/bits.h"

namespace promql::tsdb {
namespace {

// The bits that follow so many ones.
constexpr unsigned kVarbitWidths[] = {0, 3, 6, 9, 12, 18, 25, 56, 64};

}  // namespace

std::uint64_t BitReader::TakeUvarint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = Take(8);
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  ok_ = false;
  return 0;
}

std::int64_t BitReader::TakeVarint() {
  const std::uint64_t number = TakeUvarint();
  return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

std::uint64_t BitReader::TakeVarbitUnsigned() {
  return Take(kVarbitWidths[TakeOnes(8)]);
}

std::int64_t BitReader::TakeVarbit() {
  const unsigned width = kVarbitWidths[TakeOnes(8)];
  if (width == 0) return 0;
  return width == 64 ? static_cast<std::int64_t>(Take(64)) : TakeSigned(width);
}

}  // namespace promql::tsdb
