// Classic histograms: what cumulated buckets tell of the observations.

#ifndef PROMQL_FUNCTIONS_CLASSIC_BUCKETS_H_
#define PROMQL_FUNCTIONS_CLASSIC_BUCKETS_H_

#include <vector>

namespace promql {

struct ClassicBucket {
  double upper_bound = 0;
  double count = 0;  // Of observations up to the bound.
};

struct ClassicQuantile {
  double value = 0;
  // Counts fell from one bucket to the next, and were raised.
  bool forced_monotonic = false;
};

// The quantile by linear interpolation within its bucket; NaN without a bucket
// for +Inf, with fewer than two buckets or without observations. Changes the
// buckets. Counts that differ by rounding alone are equal, unless `exact`.
// REQUIRES: sorted by bound, not empty. (quantile.go:105)
ClassicQuantile QuantileOfBuckets(double q, std::vector<ClassicBucket>& buckets,
                                  bool exact = false);

// The share of the observations between two bounds. Likewise.
double FractionOfBuckets(double lower, double upper,
                         std::vector<ClassicBucket>& buckets);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_CLASSIC_BUCKETS_H_
