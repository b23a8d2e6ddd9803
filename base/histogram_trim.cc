#include "base/histogram_trim.h"

#include <cmath>

#include "base/go_math.h"
#include "base/histogram_buckets.h"
#include "base/histogram_runs.h"

namespace base {
namespace {

// What stays of a bucket: how many observations, of about which value.
struct Rest {
  double count = 0;
  double value = 0;
};

double FiniteOrZero(double value) { return std::isinf(value) ? 0 : value; }

// The value that stands for observations between two bounds.
double Middle(double lower, double upper, bool positive, bool linear) {
  if (std::isinf(lower)) {
    if (std::isinf(upper)) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (std::isinf(upper)) return lower;
  if (linear) return (lower + upper) / 2;
  const double mean = std::sqrt(std::abs(lower * upper));
  return positive ? mean : -mean;
}

// A bucket without a lower bound counts from 0 if its upper bound is positive.
Rest TrimFromMinusInfinity(const HistogramBucket& bucket, double bound,
                           Keep keep) {
  const bool finite = !std::isinf(bucket.upper);
  if (keep == Keep::kBelow) {
    if (bound >= bucket.upper) return {bucket.count, 0};
    if (bound > 0 && bucket.upper > 0 && finite) {
      return {bucket.count * bound / bucket.upper, bound / 2};
    }
    if (bucket.upper <= 0) return {bucket.count, bound};
  } else {
    if (bound <= bucket.lower) return {bucket.count, 0};
    if (bound >= 0 && bucket.upper > bound && finite) {
      return {bucket.count * (1 - bound / bucket.upper),
              (bound + bucket.upper) / 2};
    }
  }
  return {0, FiniteOrZero(bucket.upper)};
}

Rest TrimToInfinity(const HistogramBucket& bucket, double bound, Keep keep) {
  if (keep == Keep::kBelow) return {0, FiniteOrZero(bucket.lower)};
  return {bucket.count, bound >= bucket.lower ? bound : bucket.lower};
}

// The observations of a bucket that lie below the bound.
double CountBelow(const HistogramBucket& bucket, double bound, bool positive,
                  bool linear) {
  if (bound <= bucket.lower) return 0;
  if (bound >= bucket.upper) return bucket.count;
  if (linear) {
    return bucket.count *
           ((bound - bucket.lower) / (bucket.upper - bucket.lower));
  }
  const double lower = go_math::Log2(std::abs(bucket.lower));
  const double upper = go_math::Log2(std::abs(bucket.upper));
  const double at = go_math::Log2(std::abs(bound));
  return bucket.count * (positive ? (at - lower) / (upper - lower)
                                  : 1 - (at - upper) / (lower - upper));
}

Rest TrimCut(const HistogramBucket& bucket, double bound, Keep keep,
             bool positive, bool linear) {
  if (bucket.lower == -INFINITY) {
    return TrimFromMinusInfinity(bucket, bound, keep);
  }
  if (bucket.upper == INFINITY) return TrimToInfinity(bucket, bound, keep);
  const double below = CountBelow(bucket, bound, positive, linear);
  if (keep == Keep::kBelow) {
    return {below, Middle(bucket.lower, bound, positive, linear)};
  }
  return {bucket.count - below, Middle(bound, bucket.upper, positive, linear)};
}

Rest TrimBucket(const HistogramBucket& bucket, double bound, Keep keep,
                bool positive, bool linear) {
  const bool below = keep == Keep::kBelow;
  if (below ? bucket.upper <= bound : bucket.lower >= bound) {
    return {bucket.count, Middle(bucket.lower, bucket.upper, positive, linear)};
  }
  if (below ? bucket.lower < bound : bucket.upper > bound) {
    return TrimCut(bucket, bound, keep, positive, linear);
  }
  return {};
}

// With buckets of one sign only, the zero bucket lies on their side of 0.
Rest TrimZeroBucket(const FloatHistogram& histogram, double bound, Keep keep) {
  const bool negative = !histogram.negative.empty();
  const bool positive = !histogram.positive.empty();
  const double lower = positive && !negative ? 0 : -histogram.zero_threshold;
  const double upper = negative && !positive ? 0 : histogram.zero_threshold;
  const double count = histogram.zero_count;
  const Rest whole = {count, (lower + upper) / 2};
  if (keep == Keep::kBelow) {
    if (bound <= lower) return {};
    if (bound >= upper) return whole;
    return {count * ((bound - lower) / (upper - lower)), (lower + bound) / 2};
  }
  if (bound <= lower) return whole;
  if (bound >= upper) return {};
  return {count * ((upper - bound) / (upper - lower)), (bound + upper) / 2};
}

}  // namespace

FloatHistogram Trim(const FloatHistogram& histogram, double bound, Keep keep) {
  FloatHistogram trimmed = histogram;
  const bool linear = histogram.uses_custom_buckets();
  double count = 0;
  double sum = 0;
  bool changed = false;
  const auto settle = [&](double& bucket_count, const Rest& rest) {
    count += rest.count;
    sum += rest.value * rest.count;
    changed = changed || bucket_count != rest.count;
    bucket_count = rest.count;
  };
  for (const bool positive : {true, false}) {
    const BucketRuns& runs = positive ? histogram.positive : histogram.negative;
    BucketRuns& out = positive ? trimmed.positive : trimmed.negative;
    for (RunCursor c(runs, Walk::kUp); c.Next();) {
      if (c.count() == 0) continue;
      const HistogramBucket bucket =
          BucketAt(histogram, positive, c.index(), c.count());
      settle(out.counts[c.position()],
             TrimBucket(bucket, bound, keep, positive, linear));
    }
  }
  if (histogram.zero_count > 0) {
    settle(trimmed.zero_count, TrimZeroBucket(histogram, bound, keep));
  }
  if (!changed) return trimmed;
  trimmed.count = count;
  trimmed.sum = sum;
  Compact(trimmed);
  return trimmed;
}

}  // namespace base
