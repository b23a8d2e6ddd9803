// Classic histograms: what cumulated buckets tell of the observations.

#ifndef PROMQL_FUNCTIONS_CLASSIC_BUCKETS_H_
#define PROMQL_FUNCTIONS_CLASSIC_BUCKETS_H_

#include <vector>

namespace promql {

struct ClassicBucket {
  double upper_bound = 0;
  double count = 0;  // Of observations up to the bound.
};

// The counts that fell from one bucket to the next, and were raised.
struct ForcedBuckets {
  bool any() const { return greatest_fall > 0; }

  double first_bound = 0;
  double last_bound = 0;
  double greatest_fall = 0;
};

struct ClassicQuantile {
  double value = 0;
  ForcedBuckets forced;
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
