#include "base/histogram_quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/go_math.h"
#include "base/histogram_buckets.h"
#include "base/histogram_runs.h"

namespace base {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Where the observations of a histogram with buckets of one sign only are, the
// zero bucket lies on their side of 0.
void ClipAtZero(const FloatHistogram& histogram, HistogramBucket& bucket) {
  const bool negative = !histogram.negative.empty();
  const bool positive = !histogram.positive.empty();
  if (positive && !negative) bucket.lower = 0;
  if (negative && !positive) bucket.upper = 0;
}

// The value at a share of a bucket's observations.
double Interpolate(const HistogramBucket& bucket, double share, bool linear) {
  if (linear || (bucket.lower <= 0 && bucket.upper >= 0)) {
    return bucket.lower + (bucket.upper - bucket.lower) * share;
  }
  const double lower = go_math::Log2(std::abs(bucket.lower));
  const double upper = go_math::Log2(std::abs(bucket.upper));
  if (bucket.lower > 0) return go_math::Exp2(lower + (upper - lower) * share);
  return -go_math::Exp2(upper + (lower - upper) * (1 - share));
}

// The share of a bucket's observations that lie below a value within it.
double ShareBelow(const HistogramBucket& bucket, double value) {
  const double lower = go_math::Log2(std::abs(bucket.lower));
  const double upper = go_math::Log2(std::abs(bucket.upper));
  const double at = go_math::Log2(std::abs(value));
  return value > 0 ? (at - lower) / (upper - lower)
                   : 1 - (at - upper) / (lower - upper);
}

// Finds how many observations lie below a value while walking up the buckets.
class RankFinder {
 public:
  RankFinder(double value, bool linear) : value_(value), linear_(linear) {}

  bool found() const { return found_; }
  // `below` observations lie in the buckets before.
  void AtLowerBound(const HistogramBucket& bucket, double below) {
    if (!found_ && bucket.lower >= value_) Set(below);
  }
  void Within(const HistogramBucket& bucket, double below, bool zero) {
    if (found_ || bucket.lower >= value_ || bucket.upper <= value_) return;
    if (!linear_ && !zero) {
      Set(below + bucket.count * ShareBelow(bucket, value_));
    } else if (bucket.lower == -kInf) {
      // Nothing is known of where they are: all at the upper bound.
      Set(bucket.count);
    } else {
      Set(below + bucket.count * (value_ - bucket.lower) /
                      (bucket.upper - bucket.lower));
    }
  }
  double rank(double all) const { return !found_ || rank_ > all ? all : rank_; }

 private:
  void Set(double rank) {
    rank_ = rank;
    found_ = true;
  }

  double value_;
  bool linear_;
  double rank_ = 0;
  bool found_ = false;
};

double CountInBuckets(const FloatHistogram& histogram) {
  double count = 0;
  for (BucketCursor c(histogram, Walk::kUp); c.Next();) count += c.count();
  return count;
}

}  // namespace

HistogramQuantile Quantile(double q, const FloatHistogram& histogram,
                           Interpolation interpolation) {
  if (q < 0) return {-kInf};
  if (q > 1) return {kInf};
  if (histogram.count == 0 || std::isnan(q)) return {kNan};
  // From the nearer end, so that less is lost by rounding. NaNs count above
  // all buckets, so that only the way up is right with them.
  const bool has_nan = std::isnan(histogram.sum);
  const bool up = has_nan || q < 0.5;
  double rank = (up ? q : 1 - q) * histogram.count;
  double count = 0;
  HistogramBucket bucket;
  for (BucketCursor c(histogram, up ? Walk::kUp : Walk::kDown); c.Next();) {
    // An empty one is the answer if no bucket reaches the rank.
    bucket = c.bucket();
    if (bucket.count == 0) continue;
    count += bucket.count;
    if (count >= rank) break;
  }
  const bool custom = histogram.uses_custom_buckets();
  if (!custom && bucket.lower < 0 && bucket.upper > 0) {
    ClipAtZero(histogram, bucket);
  } else if (custom && bucket.lower == -kInf) {
    if (bucket.upper <= 0) return {bucket.upper};
    bucket.lower = 0;
  } else if (custom && bucket.upper == kInf) {
    return {bucket.lower};
  }
  count = std::min(count, histogram.count);
  if (count < rank) {
    if (has_nan) return {kNan, NanEffect::kNan};
    return {bucket.upper};
  }
  rank = up ? rank - (count - bucket.count) : count - rank;
  const bool linear = custom || interpolation == Interpolation::kLinear;
  const double value = Interpolate(bucket, rank / bucket.count, linear);
  return {value, has_nan ? NanEffect::kSkewed : NanEffect::kNone};
}

HistogramFraction Fraction(double lower, double upper,
                           const FloatHistogram& histogram,
                           Interpolation interpolation) {
  if (histogram.count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return {kNan};
  }
  if (lower >= upper) return {0};
  const bool custom = histogram.uses_custom_buckets();
  const bool linear = custom || interpolation == Interpolation::kLinear;
  RankFinder from(lower, linear);
  RankFinder to(upper, linear);
  double below = 0;
  for (BucketCursor c(histogram, Walk::kUp); c.Next();) {
    HistogramBucket bucket = c.bucket();
    const bool zero = !custom && bucket.lower <= 0 && bucket.upper >= 0;
    if (zero) ClipAtZero(histogram, bucket);
    // As in classic histograms, the first bucket starts at 0 if it can.
    if (custom && bucket.lower == -kInf && bucket.upper > 0) bucket.lower = 0;
    from.AtLowerBound(bucket, below);
    to.AtLowerBound(bucket, below);
    from.Within(bucket, below, zero);
    to.Within(bucket, below, zero);
    if (from.found() && to.found()) break;
    below += bucket.count;
  }
  const bool has_nan = std::isnan(histogram.sum);
  const double all = has_nan ? CountInBuckets(histogram) : histogram.count;
  return {(to.rank(all) - from.rank(all)) / histogram.count, has_nan};
}

double Variance(const FloatHistogram& histogram) {
  const double mean = histogram.sum / histogram.count;
  double variance = 0;
  double compensation = 0;
  for (BucketCursor c(histogram, Walk::kUp); c.Next();) {
    if (c.count() == 0) continue;
    const HistogramBucket bucket = c.bucket();
    double value = 0;
    if (histogram.uses_custom_buckets()) {
      value = (bucket.upper + bucket.lower) / 2;
    } else if (bucket.lower > 0 || bucket.upper < 0) {
      value = std::sqrt(bucket.upper * bucket.lower);
      if (bucket.upper < 0) value = -value;
    }
    const double delta = value - mean;
    Accumulate(bucket.count * delta * delta, variance, &compensation);
  }
  return (variance + compensation) / histogram.count;
}

}  // namespace base
