#include "promql/storage/tsdb/chunk.h"

#include "absl/strings/str_format.h"
#include "promql/storage/tsdb/bits.h"

namespace promql::tsdb {
namespace {

// Of a time's change of step: the bits that follow so many ones.
constexpr unsigned kStepWidths[] = {0, 14, 17, 20, 64};

// Reads the times of an XOR chunk. Wraps around as Go's integers do.
class XorTimes {
 public:
  base::Timestamp TakeFirst(BitReader& bits) {
    time_ = static_cast<std::uint64_t>(bits.TakeVarint());
    return static_cast<base::Timestamp>(time_);
  }
  base::Timestamp TakeSecond(BitReader& bits) {
    step_ = bits.TakeUvarint();
    return Advance();
  }
  base::Timestamp TakeNext(BitReader& bits) {
    const unsigned width = kStepWidths[bits.TakeOnes(4)];
    if (width == 64) {
      step_ += bits.Take(64);
    } else if (width > 0) {
      step_ += static_cast<std::uint64_t>(bits.TakeSigned(width));
    }
    return Advance();
  }

 private:
  base::Timestamp Advance() {
    return static_cast<base::Timestamp>(time_ += step_);
  }

  std::uint64_t time_ = 0;
  std::uint64_t step_ = 0;
};

constexpr std::size_t kCountBytes = 2;

}  // namespace

std::optional<ChunkDamage> DecodeXor(std::string_view data,
                                     SampleColumns& out) {
  BitReader bits(data);
  const auto count = static_cast<std::size_t>(bits.Take(16));
  if (!bits.ok()) return ChunkDamage{0, "the chunk ends too early"};
  if (count > bits.left()) {
    return ChunkDamage{kCountBytes, "more samples than the chunk has bits"};
  }
  out.times.reserve(count);
  out.values.reserve(count);
  XorTimes times;
  XorFloat value;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = bits.byte();
    const base::Timestamp time = i == 0   ? times.TakeFirst(bits)
                                 : i == 1 ? times.TakeSecond(bits)
                                          : times.TakeNext(bits);
    if (i == 0) {
      value.TakeRaw(bits);
    } else {
      value.TakeNext(bits);
    }
    if (!bits.ok()) return ChunkDamage{place, "a sample does not end"};
    if (i > 0 && time <= out.times.back()) {
      return ChunkDamage{place, "the samples' times do not ascend"};
    }
    out.times.push_back(time);
    out.values.push_back(value.value);
  }
  return std::nullopt;
}

std::optional<ChunkDamage> DecodeChunk(std::uint8_t encoding,
                                       std::string_view data,
                                       SampleColumns& out) {
  switch (static_cast<Encoding>(encoding)) {
    case Encoding::kXor:
      return DecodeXor(data, out);
    case Encoding::kHistogram:
      return DecodeHistograms(data, false, out);
    case Encoding::kFloatHistogram:
      return DecodeHistograms(data, true, out);
  }
  return ChunkDamage{
      0, absl::StrFormat("chunk encoding %d is not known (1, 2 and 3 are)",
                         encoding)};
}

}  // namespace promql::tsdb
