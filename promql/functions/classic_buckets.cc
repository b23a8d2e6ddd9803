#include "promql/functions/classic_buckets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/number.h"

namespace promql {
namespace {

using base::kInfinity;

// Adds up buckets of the same bound.
void Coalesce(std::vector<ClassicBucket>& buckets) {
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper_bound == buckets[last].upper_bound) {
      buckets[last].count += buckets[i].count;
    } else {
      buckets[++last] = buckets[i];
    }
  }
  buckets.resize(last + 1);
}

// So near that rounding explains the difference. (util/almost)
bool IsRounding(double a, double b) {
  constexpr double kTolerance = 1e-12;
  constexpr double kLeast = std::numeric_limits<double>::min();
  if (a == b) return true;
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kLeast) return difference < kTolerance * kLeast;
  return difference / std::min(sum, std::numeric_limits<double>::max()) <
         kTolerance;
}

// Raises counts that fall; the answer leaves out what rounding explains.
ForcedBuckets ForceMonotonic(std::vector<ClassicBucket>& buckets, bool exact) {
  ForcedBuckets forced;
  double before = buckets[0].count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    double& count = buckets[i].count;
    if (count == before) continue;
    const bool rounding = !exact && IsRounding(before, count);
    if (!rounding && !(count < before)) {
      before = count;
      continue;
    }
    if (!rounding) {
      if (!forced.any()) forced.first_bound = buckets[i].upper_bound;
      forced.last_bound = buckets[i].upper_bound;
      forced.greatest_fall = std::max(forced.greatest_fall, before - count);
    }
    count = before;
  }
  return forced;
}

// The first bucket but the last that reaches a rank, else the last. By halves,
// as Go's sort.Search, which shows where a count is NaN.
std::size_t BucketOf(double rank, const std::vector<ClassicBucket>& buckets) {
  std::size_t begin = 0;
  std::size_t end = buckets.size() - 1;
  while (begin < end) {
    const std::size_t middle = (begin + end) / 2;
    if (buckets[middle].count >= rank) {
      end = middle;
    } else {
      begin = middle + 1;
    }
  }
  return begin;
}

// The observations at or below a value, by a line within the buckets.
double RankOf(double value, const std::vector<ClassicBucket>& buckets) {
  double rank = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const ClassicBucket& bucket = buckets[i];
    const double lower = i > 0                    ? buckets[i - 1].upper_bound
                         : bucket.upper_bound > 0 ? 0.0
                                                  : -kInfinity;
    if (value <= lower) return rank;
    if (value < bucket.upper_bound) {
      if (std::isinf(lower)) return bucket.count;
      return rank + (bucket.count - rank) * (value - lower) /
                        (bucket.upper_bound - lower);
    }
    rank = bucket.count;
  }
  return rank;
}

}  // namespace

ClassicQuantile QuantileOfBuckets(double q, std::vector<ClassicBucket>& buckets,
                                  bool exact) {
  if (std::isnan(q)) return {std::nan(""), {}};
  if (q < 0) return {-kInfinity, {}};
  if (q > 1) return {kInfinity, {}};
  if (buckets.back().upper_bound != kInfinity) return {std::nan(""), {}};
  Coalesce(buckets);
  const ForcedBuckets forced = ForceMonotonic(buckets, exact);
  const double observations = buckets.back().count;
  if (buckets.size() < 2 || observations == 0) {
    return {std::nan(""), forced};
  }
  double rank = q * observations;
  const std::size_t at = BucketOf(rank, buckets);
  if (at + 1 == buckets.size()) return {buckets[at - 1].upper_bound, forced};
  const double end = buckets[at].upper_bound;
  if (at == 0 && end <= 0) return {end, forced};
  double start = 0;
  double count = buckets[at].count;
  if (at > 0) {
    start = buckets[at - 1].upper_bound;
    count -= buckets[at - 1].count;
    rank -= buckets[at - 1].count;
  }
  return {start + (end - start) * (rank / count), forced};
}

double FractionOfBuckets(double lower, double upper,
                         std::vector<ClassicBucket>& buckets) {
  if (buckets.back().upper_bound != kInfinity) return std::nan("");
  Coalesce(buckets);
  const double count = buckets.back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return std::nan("");
  }
  if (lower >= upper) return 0;
  const double from = std::min(RankOf(lower, buckets), count);
  const double to = std::min(RankOf(upper, buckets), count);
  return (to - from) / count;
}

}  // namespace promql
