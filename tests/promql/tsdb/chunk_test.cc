// Chunks written bit by bit as Prometheus' tsdb/chunkenc writes them.

#include "promql/storage/tsdb/chunk.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "promql/engine/storage.h"

namespace promql::tsdb {
namespace {

using testing::HasSubstr;

class BitWriter {
 public:
  BitWriter& Bits(std::uint64_t bits, unsigned count) {
    while (count-- > 0) {
      if (used_ == 0) bytes_ += '\0';
      const auto bit = static_cast<unsigned>((bits >> count) & 1);
      bytes_.back() = static_cast<char>(
          static_cast<unsigned char>(bytes_.back()) | bit << (7 - used_));
      used_ = (used_ + 1) % 8;
    }
    return *this;
  }
  BitWriter& Float(double value) {
    return Bits(std::bit_cast<std::uint64_t>(value), 64);
  }
  // Seven bits a byte, zigzag.
  BitWriter& Varint(std::int64_t value) {
    return Uvarint((static_cast<std::uint64_t>(value) << 1) ^
                   static_cast<std::uint64_t>(value >> 63));
  }
  BitWriter& Uvarint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) Bits((value & 0x7f) | 0x80, 8);
    return Bits(value, 8);
  }
  // A histogram's numbers: so many ones, a zero but behind eight, the bits.
  BitWriter& Varbit(std::int64_t value, bool is_signed = true) {
    static constexpr unsigned kWidths[] = {0, 3, 6, 9, 12, 18, 25, 56, 64};
    unsigned ones = 0;
    while (!Fits(value, kWidths[ones], is_signed)) ++ones;
    if (ones == 8) {
      Bits(0xff, 8);
    } else {
      Bits((std::uint64_t{1} << (ones + 1)) - 2, ones + 1);
    }
    return Bits(static_cast<std::uint64_t>(value), kWidths[ones]);
  }
  BitWriter& Unsigned(std::uint64_t value) {
    return Varbit(static_cast<std::int64_t>(value), false);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  static bool Fits(std::int64_t value, unsigned width, bool is_signed) {
    if (width == 64) return true;
    if (width == 0) return value == 0;
    const std::int64_t half = std::int64_t{1} << (width - 1);
    if (is_signed) return value > -half && value <= half;
    return value >= 0 && value < 2 * half;
  }

  std::string bytes_;
  unsigned used_ = 0;
};

std::string Show(std::uint8_t encoding, const std::string& bytes) {
  SampleColumns samples;
  if (const auto damage = DecodeChunk(encoding, bytes, samples)) {
    return absl::StrFormat("%d: %s", damage->offset, damage->what);
  }
  std::string text;
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    absl::StrAppendFormat(&text, "%d ", samples.times[i]);
    if (!samples.histograms.empty() && samples.histograms[i] != nullptr) {
      const base::FloatHistogram& histogram = *samples.histograms[i];
      constexpr const char* kHints[] = {"unknown", "reset", "goes on", "gauge"};
      text += base::TestExpression(histogram) + " " +
              kHints[static_cast<int>(histogram.counter_reset)];
    } else {
      text += IsStaleMarker(samples.values[i])
                  ? "stale"
                  : absl::StrFormat("%g", samples.values[i]);
    }
    text += "\n";
  }
  return text;
}

TEST(XorChunkTest, EveryWidthOfATimeIsRead) {
  // The changes of the step: 0, 14 bits, 17, 20 and 64 of them.
  BitWriter bits;
  bits.Bits(8, 16).Varint(1000).Float(1);
  bits.Uvarint(15'000).Bits(0, 1);
  bits.Bits(0b0, 1).Bits(0, 1);
  bits.Bits(0b10, 2).Bits(8192, 14).Bits(0, 1);  // The greatest is positive.
  bits.Bits(0b10, 2).Bits(8193, 14).Bits(0, 1);  // The least.
  bits.Bits(0b110, 3).Bits(65'536, 17).Bits(0, 1);
  bits.Bits(0b1110, 4).Bits(524'288, 20).Bits(0, 1);
  bits.Bits(0b1111, 4).Bits(1'000'000'000, 64).Bits(0, 1);
  EXPECT_EQ(Show(1, bits.bytes()),
            "1000 1\n16000 1\n31000 1\n54192 1\n69193 1\n149730 1\n"
            "754555 1\n1001359380 1\n");
}

TEST(XorChunkTest, EveryFormOfAValueIsRead) {
  const auto changed = [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) ^ std::bit_cast<std::uint64_t>(b);
  };
  BitWriter bits;
  bits.Bits(4, 16).Varint(-5).Float(12);
  // 12 and 24 differ in one bit, the 12th; then one in the same place; then all
  // 64 bits, whose number does not fit into six.
  ASSERT_EQ(changed(12, 24), std::uint64_t{1} << 52);
  bits.Uvarint(1).Bits(0b11, 2).Bits(11, 5).Bits(1, 6).Bits(1, 1);
  bits.Bits(0, 1).Bits(0b10, 2).Bits(1, 1);
  bits.Bits(0, 1).Bits(0b11, 2).Bits(0, 5).Bits(0, 6).Bits(
      changed(12, StaleMarker()), 64);
  EXPECT_EQ(Show(1, bits.bytes()), "-5 12\n-4 24\n-3 12\n-2 stale\n");
}

TEST(XorChunkTest, DamageIsNamed) {
  EXPECT_EQ(Show(1, "\x01"), "0: the chunk ends too early");
  EXPECT_EQ(Show(1, std::string("\0\0", 2)), "");
  EXPECT_EQ(Show(1, "\xff\xff\x01"), "2: more samples than the chunk has bits");
  BitWriter cut;
  cut.Bits(3, 16).Varint(0).Float(1);
  EXPECT_EQ(Show(1, cut.bytes()), "11: a sample does not end");
  BitWriter back;
  back.Bits(2, 16).Varint(1000).Float(1).Uvarint(0).Bits(0, 1);
  EXPECT_EQ(Show(1, back.bytes()), "12: the samples' times do not ascend");
  BitWriter wide;
  wide.Bits(2, 16).Varint(1000).Float(1).Uvarint(5).Bits(0b11, 2);
  wide.Bits(31, 5).Bits(63, 6).Bits(0, 64);
  EXPECT_EQ(Show(1, wide.bytes()), "12: a sample does not end");
  EXPECT_EQ(Show(4, "\0\0"),
            "0: chunk encoding 4 is not known (1, 2 and 3 are)");
}

// The count, the flags and the layout of one span from 1 on.
BitWriter Begin(unsigned count, unsigned flags, std::uint64_t buckets) {
  BitWriter bits;
  bits.Bits(count, 16).Bits(flags, 8);
  bits.Bits(243, 8).Varbit(1);  // The zero bucket to 0.5, schema 1.
  bits.Unsigned(1).Unsigned(buckets).Varbit(0);
  return bits.Unsigned(0);
}

TEST(HistogramChunkTest, IntegersAreChangesOfChanges) {
  BitWriter bits = Begin(4, 0x80, 2);
  bits.Varbit(1000).Unsigned(6).Unsigned(1).Float(9).Varbit(2).Varbit(1);
  // Each bucket 1 more; then 2 more, and one in the second; then the end.
  bits.Varbit(15).Varbit(2).Varbit(0).Bits(0, 1).Varbit(1).Varbit(0);
  bits.Varbit(0).Varbit(3).Varbit(0).Bits(0, 1).Varbit(1).Varbit(1);
  bits.Varbit(0).Varbit(0).Varbit(0);
  bits.Bits(0b11, 2).Bits(0, 5).Bits(0, 6).Bits(
      std::bit_cast<std::uint64_t>(9.0) ^ kStaleMarkerBits, 64);
  EXPECT_EQ(Show(2, bits.bytes()),
            "1000 {{schema:1 count:6 sum:9 z_bucket:1 z_bucket_w:0.5 "
            "buckets:[2 3]}} unknown\n"
            "1015 {{schema:1 count:8 sum:9 z_bucket:1 z_bucket_w:0.5 "
            "counter_reset_hint:not_reset buckets:[3 4]}} goes on\n"
            "1030 {{schema:1 count:13 sum:9 z_bucket:1 z_bucket_w:0.5 "
            "counter_reset_hint:not_reset buckets:[5 7]}} goes on\n"
            "1045 stale\n");
}

TEST(HistogramChunkTest, GaugesSayThatTheyAre) {
  BitWriter bits = Begin(2, 0xc0, 1);
  bits.Varbit(1000).Unsigned(3).Unsigned(0).Float(1).Varbit(3);
  bits.Varbit(15).Varbit(-2).Varbit(0).Bits(0, 1).Varbit(-2);
  EXPECT_EQ(Show(2, bits.bytes()),
            "1000 {{schema:1 count:3 sum:1 z_bucket_w:0.5 "
            "counter_reset_hint:gauge buckets:[3]}} gauge\n"
            "1015 {{schema:1 count:1 sum:1 z_bucket_w:0.5 "
            "counter_reset_hint:gauge buckets:[1]}} gauge\n");
}

TEST(HistogramChunkTest, FloatsAreBits) {
  BitWriter bits = Begin(2, 0, 2);
  bits.Varbit(1000).Float(3).Float(0.5).Float(9).Float(2).Float(0.5);
  bits.Varbit(15).Bits(0, 1).Bits(0, 1).Bits(0, 1).Bits(0, 1);
  bits.Bits(0b11, 2).Bits(11, 5).Bits(1, 6).Bits(1, 1);  // 0.5 becomes 1.
  EXPECT_EQ(Show(3, bits.bytes()),
            "1000 {{schema:1 count:3 sum:9 z_bucket:0.5 z_bucket_w:0.5 "
            "buckets:[2 0.5]}} unknown\n"
            "1015 {{schema:1 count:3 sum:9 z_bucket:0.5 z_bucket_w:0.5 "
            "counter_reset_hint:not_reset buckets:[2 1]}} goes on\n");
}

TEST(HistogramChunkTest, CustomBoundsAreThousandthsOrFloats) {
  BitWriter bits;
  bits.Bits(1, 16).Bits(0, 8).Bits(0, 8).Varbit(-53);
  bits.Unsigned(1).Unsigned(3).Varbit(0).Unsigned(0);
  bits.Unsigned(2).Unsigned(5001).Unsigned(0).Float(1e6);
  bits.Varbit(1000).Unsigned(6).Unsigned(0).Float(9);
  bits.Varbit(1).Varbit(1).Varbit(1);
  EXPECT_EQ(Show(2, bits.bytes()),
            "1000 {{schema:-53 count:6 sum:9 custom_values:[5 1e+06] "
            "buckets:[1 2 3]}} unknown\n");
}

TEST(HistogramChunkTest, EveryWidthOfANumberIsRead) {
  for (unsigned bit = 0; bit < 62; ++bit) {
    for (const std::int64_t add : {-1, 0, 1}) {
      const std::int64_t time = (std::int64_t{1} << bit) + add;
      BitWriter bits = Begin(1, 0, 0);
      bits.Varbit(-time).Unsigned(static_cast<std::uint64_t>(time));
      bits.Unsigned(0).Float(0);
      SampleColumns samples;
      ASSERT_FALSE(DecodeChunk(2, bits.bytes(), samples).has_value());
      EXPECT_EQ(samples.times[0], -time);
      EXPECT_EQ(samples.histograms[0]->count, static_cast<double>(time));
    }
  }
}

TEST(HistogramChunkTest, DamageIsNamed) {
  BitWriter zero_threshold;
  zero_threshold.Bits(1, 16).Bits(0, 8).Bits(255, 8).Float(0.01).Varbit(9);
  EXPECT_EQ(Show(2, zero_threshold.bytes()),
            "3: histogram schema 9 is not known");
  EXPECT_EQ(Show(2, Begin(1, 0, 1'000'000).bytes()),
            "3: the buckets do not end");
  EXPECT_THAT(Show(2, Begin(1, 0, 2).bytes()), HasSubstr("does not end"));
  BitWriter spans;
  spans.Bits(1, 16).Bits(0, 8).Bits(0, 8).Varbit(0);
  spans.Unsigned(2).Unsigned(1).Varbit(0).Unsigned(1).Varbit(-1).Float(0);
  EXPECT_EQ(Show(2, spans.bytes()), "3: a span begins nowhere");
  BitWriter custom;
  custom.Bits(1, 16).Bits(0, 8).Bits(0, 8).Varbit(-53);
  custom.Unsigned(1).Unsigned(3).Varbit(0).Unsigned(0);
  custom.Unsigned(1).Unsigned(5001).Float(0);
  EXPECT_EQ(Show(2, custom.bytes()), "3: custom buckets without bounds");
}

}  // namespace
}  // namespace promql::tsdb
