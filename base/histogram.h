// A native histogram sample.

#ifndef BASE_HISTOGRAM_H_
#define BASE_HISTOGRAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace base {

// Whether a counter was reset between the sample before and this one.
enum class CounterReset { kUnknown, kReset, kNotReset, kGauge };

// A run of buckets. Buckets between runs are empty and not held.
struct BucketSpan {
  // From the end of the span before; of the first span, its first bucket's
  // index. REQUIRES: >= 0 but in the first span.
  std::int32_t offset = 0;
  std::uint32_t length = 0;

  friend bool operator==(const BucketSpan&, const BucketSpan&) = default;
};

// The buckets of one sign.
struct BucketRuns {
  std::vector<BucketSpan> spans;
  // Observations in each bucket, not cumulated. The spans' lengths sum up to
  // its size.
  std::vector<double> counts;

  bool empty() const { return counts.empty(); }
  friend bool operator==(const BucketRuns&, const BucketRuns&) = default;
};

// The upper bounds of custom buckets, ascending, without the +Inf of the last.
using CustomBounds = std::vector<double>;

// The schema whose buckets are bounded by custom_bounds.
inline constexpr std::int32_t kCustomBucketsSchema = -53;
inline constexpr std::int32_t kMinExponentialSchema = -4;
inline constexpr std::int32_t kMaxExponentialSchema = 8;

// Prometheus' FloatHistogram: counts of observations in buckets whose bounds
// either grow exponentially or are given. A value type; nothing in it is
// checked; scripts and storage refuse what cannot be.
//
// Bucket i of an exponential schema s counts (2^((i-1)/2^s), 2^(i/2^s)], its
// negative mirror image in `negative`; the zero bucket counts what lies within
// zero_threshold of 0. Custom bucket i counts (bound[i-1], bound[i]] in
// `positive`, with -Inf and +Inf at the ends; there is no zero bucket then.
struct FloatHistogram {
  CounterReset counter_reset = CounterReset::kUnknown;
  std::int32_t schema = 0;
  double zero_threshold = 0;
  double zero_count = 0;
  double count = 0;
  double sum = 0;
  BucketRuns positive;
  BucketRuns negative;
  CustomBounds custom_bounds;

  bool uses_custom_buckets() const { return schema == kCustomBucketsSchema; }
};

// Samples share their histogram; it is never changed once shared.
using HistogramPtr = std::shared_ptr<const FloatHistogram>;

// Whether the two hold the same data to the bit: floats are compared by their
// bits, so NaN equals the same NaN; empty spans do not count. The counter
// reset hint is not compared. O(buckets).
bool Equal(const FloatHistogram& a, const FloatHistogram& b);

// {{schema:1 count:4 sum:5 offset:-1 buckets:[1 2 1]}}: as scripts write a
// histogram; what is 0 is left out. Prometheus' FloatHistogram.TestExpression.
std::string TestExpression(const FloatHistogram& histogram);

// {count:4, sum:5, [-0.5,0.5]:1, (1,2]:3}: filled buckets from low to high, as
// results, templates and count_values show a histogram. Prometheus'
// FloatHistogram.String.
std::string ToString(const FloatHistogram& histogram);

}  // namespace base

#endif  // BASE_HISTOGRAM_H_
