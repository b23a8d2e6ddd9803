// The buckets of a native histogram, one after the other.

#ifndef BASE_HISTOGRAM_BUCKETS_H_
#define BASE_HISTOGRAM_BUCKETS_H_

#include <cstddef>
#include <cstdint>

#include "base/histogram.h"

namespace base {

struct HistogramBucket {
  double lower = 0;
  double upper = 0;
  bool lower_inclusive = false;
  bool upper_inclusive = false;
  double count = 0;
};

// The upper bound of a positive bucket, which is the lower one of the next.
// Bit-equal to Prometheus' bounds, which are not always the nearest doubles.
// The last regular bucket ends at the greatest finite number, the one after it
// at +Inf. Custom bucket -1 ends at -Inf.
// REQUIRES: the schema is custom or between the exponential limits
double BucketBound(std::int32_t index, std::int32_t schema,
                   const CustomBounds& bounds);

enum class Walk { kUp, kDown };

// Visits the buckets of one sign by rising or falling index:
//   for (RunCursor c(runs, Walk::kUp); c.Next();) Use(c.index(), c.count());
// The runs must outlive it and keep still.
class RunCursor {
 public:
  RunCursor(const BucketRuns& runs, Walk walk);

  // Goes to the first, then the next bucket; false behind the last one.
  bool Next() { return walk_ == Walk::kUp ? Up() : Down(); }

  std::int32_t index() const { return index_; }
  double count() const { return runs_->counts[position_]; }
  // Where the bucket stands in the runs' counts.
  std::size_t position() const { return position_; }

 private:
  bool Up();
  bool Down();

  const BucketRuns* runs_;
  Walk walk_;
  bool started_ = false;
  std::size_t span_ = 0;       // kUp: of the next bucket; kDown: one past it.
  std::uint32_t in_span_ = 0;  // Buckets of that span not yet visited (kDown),
                               // already visited (kUp).
  std::int32_t index_ = 0;
  std::size_t position_ = 0;
};

// The bucket a cursor stands on.
HistogramBucket BucketAt(const FloatHistogram& histogram, bool positive,
                         std::int32_t index, double count);

// Visits every bucket of a histogram from the lowest to the highest bound
// (kUp) or back, the zero bucket where its count is above 0. Bounds within the
// zero bucket are cut off at its threshold. Empty buckets of a span count.
class BucketCursor {
 public:
  BucketCursor(const FloatHistogram& histogram, Walk walk);

  bool Next();

  // The bucket's bounds are computed here: ask only when needed.
  HistogramBucket bucket() const;
  double count() const;

 private:
  enum class Part { kFirst, kZero, kLast, kEnd };

  const FloatHistogram* histogram_;
  bool up_;
  RunCursor first_;  // kUp: negative, falling; kDown: positive, falling.
  RunCursor last_;
  Part part_ = Part::kFirst;
  bool on_zero_ = false;
};

}  // namespace base

#endif  // BASE_HISTOGRAM_BUCKETS_H_
