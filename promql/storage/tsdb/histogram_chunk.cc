// Chunks of native histograms: a layout that all samples share, then the
// samples, each number as the change of its change (of integer histograms) or
// as what differs in its bits (of float histograms).

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/histogram.h"
#include "promql/storage/tsdb/bits.h"
#include "promql/storage/tsdb/chunk.h"

namespace promql::tsdb {
namespace {

using base::BucketSpan;
using base::CounterReset;
using base::FloatHistogram;

constexpr std::uint8_t kFlagMask = 0xc0;
constexpr std::uint8_t kGaugeFlag = 0xc0;

// A number that is written as the change of its change. Wraps around as Go's
// integers do.
struct Twice {
  std::uint64_t value = 0;
  std::uint64_t change = 0;

  void TakeNext(BitReader& bits) {
    change += static_cast<std::uint64_t>(bits.TakeVarbit());
    value += change;
  }
  std::int64_t as_signed() const { return static_cast<std::int64_t>(value); }
};

// 0, a power of two by its exponent, or all 64 bits (chunkenc/histogram_meta).
double TakeZeroThreshold(BitReader& bits) {
  const auto code = static_cast<int>(bits.Take(8));
  if (code == 0) return 0;
  if (code == 255) return std::bit_cast<double>(bits.Take(64));
  return std::ldexp(0.5, code - 243);
}

// Thousandths in few bits, or a 0 and all 64 bits.
double TakeCustomBound(BitReader& bits) {
  const std::uint64_t thousandths = bits.TakeVarbitUnsigned();
  if (thousandths == 0) return std::bit_cast<double>(bits.Take(64));
  return static_cast<double>(thousandths - 1) / 1000;
}

class HistogramDecoder {
 public:
  HistogramDecoder(std::string_view data, bool floats, SampleColumns& out)
      : bits_(data), floats_(floats), out_(out) {}

  std::optional<ChunkDamage> Decode();

 private:
  bool TakeLayout();
  bool TakeSpans(base::BucketRuns& runs);
  bool TakeCustomBounds();
  bool CustomBucketsFit() const;
  void TakeIntegers(bool first);
  void TakeFloats(bool first);
  // The histogram as the numbers are now.
  HistogramPtr Made(bool first) const;
  bool Fail(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
    return false;
  }
  bool stale() const { return IsStaleMarker(sum_.value); }

  BitReader bits_;
  const bool floats_;
  SampleColumns& out_;
  std::string problem_;
  bool gauge_ = false;
  FloatHistogram layout_;  // Its counts have the right number, all 0.
  Twice time_;
  Twice count_, zero_count_;
  XorFloat float_count_, float_zero_count_, sum_;
  // Of the positive, then the negative buckets. Integers are each the change
  // from the bucket before.
  std::vector<Twice> integers_;
  std::vector<XorFloat> bucket_floats_;
};

bool HistogramDecoder::TakeSpans(base::BucketRuns& runs) {
  const std::uint64_t span_count = bits_.TakeVarbitUnsigned();
  if (span_count > bits_.left()) return Fail("the spans do not end");
  std::int64_t index = 0;
  std::uint64_t buckets = 0;
  for (std::uint64_t i = 0; i < span_count; ++i) {
    const std::uint64_t length = bits_.TakeVarbitUnsigned();
    const std::int64_t offset = bits_.TakeVarbit();
    // A bucket takes a bit at least.
    if (!bits_.ok() || length > bits_.left() ||
        (buckets += length) > bits_.left()) {
      return Fail("the buckets do not end");
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    if (offset > kMost || offset < (i == 0 ? -kMost : 0)) {
      return Fail("a span begins nowhere");
    }
    index += offset + static_cast<std::int64_t>(length);
    if (index > kMost) return Fail("a span begins nowhere");
    runs.spans.push_back({static_cast<std::int32_t>(offset),
                          static_cast<std::uint32_t>(length)});
  }
  runs.counts.resize(static_cast<std::size_t>(buckets));
  return bits_.ok() || Fail("the spans do not end");
}

bool HistogramDecoder::TakeCustomBounds() {
  const std::uint64_t bounds = bits_.TakeVarbitUnsigned();
  if (bounds > bits_.left()) return Fail("the bounds do not end");
  for (std::uint64_t i = 0; i < bounds; ++i) {
    const double bound = TakeCustomBound(bits_);
    if (!layout_.custom_bounds.empty() &&
        !(bound > layout_.custom_bounds.back())) {
      return Fail("the custom bounds do not ascend");
    }
    layout_.custom_bounds.push_back(bound);
  }
  if (!bits_.ok()) return Fail("the bounds do not end");
  return CustomBucketsFit() || Fail("custom buckets without bounds");
}

bool HistogramDecoder::CustomBucketsFit() const {
  if (!layout_.negative.empty()) return false;
  std::int64_t index = 0;
  for (const BucketSpan& span : layout_.positive.spans) {
    index += span.offset;
    if (index < 0) return false;
    index += span.length;
  }
  return index <= static_cast<std::int64_t>(layout_.custom_bounds.size()) + 1;
}

bool HistogramDecoder::TakeLayout() {
  layout_.zero_threshold = TakeZeroThreshold(bits_);
  const std::int64_t bucket_schema = bits_.TakeVarbit();
  if (bucket_schema != base::kCustomBucketsSchema &&
      (bucket_schema < base::kMinExponentialSchema ||
       bucket_schema > base::kMaxExponentialSchema)) {
    return Fail(
        absl::StrFormat("histogram schema %d is not known", bucket_schema));
  }
  layout_.schema = static_cast<std::int32_t>(bucket_schema);
  if (!TakeSpans(layout_.positive) || !TakeSpans(layout_.negative)) {
    return false;
  }
  if (layout_.uses_custom_buckets() && !TakeCustomBounds()) return false;
  const std::size_t buckets =
      layout_.positive.counts.size() + layout_.negative.counts.size();
  integers_.resize(floats_ ? 0 : buckets);
  bucket_floats_.resize(floats_ ? buckets : 0);
  return true;
}

void HistogramDecoder::TakeIntegers(bool first) {
  if (first) {
    count_.value = bits_.TakeVarbitUnsigned();
    zero_count_.value = bits_.TakeVarbitUnsigned();
    sum_.TakeRaw(bits_);
    for (Twice& bucket : integers_) {
      bucket.value = static_cast<std::uint64_t>(bits_.TakeVarbit());
    }
    return;
  }
  count_.TakeNext(bits_);
  zero_count_.TakeNext(bits_);
  sum_.TakeNext(bits_);
  if (stale()) return;
  for (Twice& bucket : integers_) bucket.TakeNext(bits_);
}

void HistogramDecoder::TakeFloats(bool first) {
  const auto take = [&](XorFloat& number) {
    if (first) {
      number.TakeRaw(bits_);
    } else {
      number.TakeNext(bits_);
    }
  };
  take(float_count_);
  take(float_zero_count_);
  take(sum_);
  if (stale() && !first) return;
  for (XorFloat& bucket : bucket_floats_) take(bucket);
}

HistogramPtr HistogramDecoder::Made(bool first) const {
  auto made = std::make_shared<FloatHistogram>(layout_);
  made->counter_reset = gauge_  ? CounterReset::kGauge
                        : first ? CounterReset::kUnknown
                                : CounterReset::kNotReset;
  made->sum = sum_.value;
  std::size_t at = 0;
  for (base::BucketRuns* runs : {&made->positive, &made->negative}) {
    std::uint64_t current = 0;
    for (double& bucket : runs->counts) {
      if (floats_) {
        bucket = bucket_floats_[at++].value;
        continue;
      }
      current += integers_[at++].value;
      bucket = static_cast<double>(static_cast<std::int64_t>(current));
    }
  }
  made->count =
      floats_ ? float_count_.value : static_cast<double>(count_.value);
  made->zero_count = floats_ ? float_zero_count_.value
                             : static_cast<double>(zero_count_.value);
  return made;
}

std::optional<ChunkDamage> HistogramDecoder::Decode() {
  const auto count = static_cast<std::size_t>(bits_.Take(16));
  const auto flags = static_cast<std::uint8_t>(bits_.Take(8));
  if (!bits_.ok()) return ChunkDamage{0, "the chunk ends too early"};
  gauge_ = (flags & kFlagMask) == kGaugeFlag;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = bits_.byte();
    const bool first = i == 0;
    if (first && !TakeLayout()) return ChunkDamage{place, problem_};
    if (first) {
      time_.value = static_cast<std::uint64_t>(bits_.TakeVarbit());
    } else {
      time_.TakeNext(bits_);
    }
    if (floats_) {
      TakeFloats(first);
    } else {
      TakeIntegers(first);
    }
    if (!bits_.ok()) return ChunkDamage{place, "a sample does not end"};
    const base::Timestamp time = time_.as_signed();
    if (!first && time <= out_.times.back()) {
      return ChunkDamage{place, "the samples' times do not ascend"};
    }
    if (stale()) {
      out_.Append(time, StaleMarker(), nullptr);
    } else {
      out_.Append(time, 0, Made(first));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<ChunkDamage> DecodeHistograms(std::string_view data, bool floats,
                                            SampleColumns& out) {
  return HistogramDecoder(data, floats, out).Decode();
}

}  // namespace promql::tsdb
