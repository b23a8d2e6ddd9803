// The zero buckets of two native histograms that are put together.

#ifndef BASE_HISTOGRAM_ZERO_BUCKET_H_
#define BASE_HISTOGRAM_ZERO_BUCKET_H_

#include "base/histogram.h"
#include "base/histogram_runs.h"

namespace base {

struct ZeroBucket {
  double count = 0;
  double threshold = 0;
};

// The zero bucket if its threshold were at least `threshold`: a populated
// bucket that the threshold would cut is taken in whole, which widens it.
// REQUIRES: threshold >= histogram.zero_threshold
ZeroBucket WidenedZeroBucket(const FloatHistogram& histogram, double threshold);

// Widens the zero bucket of `histogram` until `other` can have one of the same
// threshold; that one is returned. The buckets that it took in are emptied;
// `other` is left as it is, so its buckets up to the threshold are then to be
// left out.
ZeroBucket ReconcileZeroBuckets(RunningHistogram histogram,
                                const FloatHistogram& other);

}  // namespace base

#endif  // BASE_HISTOGRAM_ZERO_BUCKET_H_
