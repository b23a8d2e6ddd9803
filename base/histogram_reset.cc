#include "base/histogram_reset.h"

#include "base/histogram_buckets.h"
#include "base/histogram_runs.h"
#include "base/histogram_zero_bucket.h"

namespace base {
namespace {

// Whether a bucket of `previous` has fewer observations in `current`, or is
// populated and not there at all.
bool Shrunk(const BucketRuns& previous, const BucketRuns& current) {
  RunCursor now(current, Walk::kUp);
  bool more = now.Next();
  for (RunCursor before(previous, Walk::kUp); before.Next();) {
    while (more && now.index() < before.index()) more = now.Next();
    const bool there = more && now.index() == before.index();
    if (there ? now.count() < before.count() : before.count() != 0) return true;
  }
  return false;
}

BucketRuns Mapped(const FloatHistogram& histogram, const CustomBounds& bounds) {
  BucketRuns runs = histogram.positive;
  MapRuns({&runs, nullptr}, histogram.custom_bounds, bounds);
  return runs;
}

bool CustomShrunk(const FloatHistogram& previous,
                  const FloatHistogram& current) {
  if (previous.custom_bounds == current.custom_bounds) {
    return Shrunk(previous.positive, current.positive);
  }
  const CustomBounds common =
      CommonBounds(previous.custom_bounds, current.custom_bounds);
  return Shrunk(Mapped(previous, common), Mapped(current, common));
}

// The runs in another schema, without the buckets within the zero bucket.
BucketRuns Outside(const BucketRuns& runs, std::int32_t from, std::int32_t to,
                   double zero_threshold) {
  BucketRuns reduced = runs;
  ReduceRuns({&reduced, nullptr}, from, to);
  BucketRuns outside = reduced;
  RunsBuilder builder({&outside, nullptr});
  for (RunCursor c(reduced, Walk::kUp); c.Next();) {
    if (BucketBound(c.index(), to, {}) <= zero_threshold) continue;
    builder.Add(c.index(), c.count());
  }
  builder.Finish();
  return outside;
}

bool ExponentialShrunk(const FloatHistogram& previous,
                       const FloatHistogram& current) {
  // A finer schema or a narrower zero bucket cannot come from adding.
  if (current.schema > previous.schema) return true;
  const double threshold = current.zero_threshold;
  if (threshold < previous.zero_threshold) return true;
  const ZeroBucket zero = WidenedZeroBucket(previous, threshold);
  if (zero.threshold != threshold) return true;
  if (current.zero_count < zero.count) return true;
  for (const bool positive : {true, false}) {
    const BucketRuns& before = positive ? previous.positive : previous.negative;
    const BucketRuns& now = positive ? current.positive : current.negative;
    if (Shrunk(Outside(before, previous.schema, current.schema, threshold),
               Outside(now, current.schema, current.schema, threshold))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool IsReset(const FloatHistogram& previous, const FloatHistogram& current) {
  if (current.counter_reset == CounterReset::kReset) return true;
  if (current.counter_reset == CounterReset::kNotReset) return false;
  if (current.count < previous.count) return true;
  if (current.uses_custom_buckets() != previous.uses_custom_buckets()) {
    return true;
  }
  return current.uses_custom_buckets() ? CustomShrunk(previous, current)
                                       : ExponentialShrunk(previous, current);
}

}  // namespace base
