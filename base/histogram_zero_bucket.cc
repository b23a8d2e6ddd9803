#include "base/histogram_zero_bucket.h"

#include "base/histogram_buckets.h"

namespace base {
namespace {

// A zero bucket while it is widened.
struct Widening {
  ZeroBucket zero;
  double compensation = 0;
  bool compensated = false;

  void Take(double count, double lost) {
    Accumulate(count, zero.count, compensated ? &compensation : nullptr);
    compensation += lost;
  }
};

// Adds to the zero bucket the buckets that its threshold reaches; whether it
// cut a populated one, whose end the threshold was then moved to.
// `lost`, unless null, is the compensation of each bucket.
bool TakeIn(const BucketRuns& runs, const std::vector<double>* lost,
            std::int32_t schema, Widening& widening) {
  double& threshold = widening.zero.threshold;
  for (RunCursor c(runs, Walk::kUp); c.Next();) {
    if (BucketBound(c.index() - 1, schema, {}) >= threshold) return false;
    widening.Take(c.count(), lost == nullptr ? 0 : (*lost)[c.position()]);
    const double far = BucketBound(c.index(), schema, {});
    if (far > threshold) {
      if (c.count() == 0) return false;
      threshold = far;
      return true;
    }
  }
  return false;
}

Widening Widened(const FloatHistogram& value, const HistogramCompensation* lost,
                 double threshold) {
  const Widening start = {{value.zero_count, threshold},
                          lost == nullptr ? 0 : lost->zero_count,
                          lost != nullptr};
  Widening widening = start;
  if (threshold == value.zero_threshold) return widening;
  for (;;) {
    TakeIn(value.positive, lost == nullptr ? nullptr : &lost->positive,
           value.schema, widening);
    // A negative bucket that moved the threshold may let it reach further
    // positive ones.
    if (!TakeIn(value.negative, lost == nullptr ? nullptr : &lost->negative,
                value.schema, widening)) {
      return widening;
    }
    const double moved = widening.zero.threshold;
    widening = start;
    widening.zero.threshold = moved;
  }
}

void Empty(const RunningRuns& runs, std::int32_t schema, double threshold) {
  for (RunCursor c(*runs.runs, Walk::kUp); c.Next();) {
    if (BucketBound(c.index() - 1, schema, {}) >= threshold) return;
    runs.runs->counts[c.position()] = 0;
    if (runs.compensation != nullptr) (*runs.compensation)[c.position()] = 0;
  }
}

void Widen(RunningHistogram histogram, double threshold) {
  FloatHistogram& value = *histogram.value;
  const Widening widening = Widened(value, histogram.compensation, threshold);
  value.zero_count = widening.zero.count;
  value.zero_threshold = widening.zero.threshold;
  if (histogram.compensation != nullptr) {
    histogram.compensation->zero_count = widening.compensation;
  }
  Empty(histogram.runs(true), value.schema, value.zero_threshold);
  Empty(histogram.runs(false), value.schema, value.zero_threshold);
  Compact(histogram);
}

}  // namespace

ZeroBucket WidenedZeroBucket(const FloatHistogram& histogram,
                             double threshold) {
  return Widened(histogram, nullptr, threshold).zero;
}

ZeroBucket ReconcileZeroBuckets(RunningHistogram histogram,
                                const FloatHistogram& other) {
  ZeroBucket zero = {other.zero_count, other.zero_threshold};
  const double& threshold = histogram.value->zero_threshold;
  // Not `!=`, which a NaN would never end.
  while (zero.threshold < threshold || zero.threshold > threshold) {
    if (threshold > zero.threshold) zero = WidenedZeroBucket(other, threshold);
    if (zero.threshold > threshold) Widen(histogram, zero.threshold);
  }
  return zero;
}

}  // namespace base
