#include "base/histogram_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/histogram_buckets.h"
#include "base/histogram_zero_bucket.h"

namespace base {
namespace {

// The hint that is true of both; whether they contradict each other.
bool MergeHints(CounterReset& hint, CounterReset other) {
  if (hint == other || hint == CounterReset::kGauge) return false;
  if (other == CounterReset::kGauge) {
    hint = CounterReset::kGauge;
    return false;
  }
  const bool collision =
      hint != CounterReset::kUnknown && other != CounterReset::kUnknown;
  hint = CounterReset::kUnknown;
  return collision;
}

// Skips the buckets at the start that lie within the zero bucket.
bool NextOutside(RunCursor& cursor, bool& inside, std::int32_t schema,
                 double zero_threshold) {
  while (cursor.Next()) {
    inside = inside && schema != kCustomBucketsSchema &&
             BucketBound(cursor.index(), schema, {}) <= zero_threshold;
    if (!inside) return true;
  }
  return false;
}

// Histograms of one series mostly have one layout: then nothing is built anew.
// False, and nothing done, when the layouts differ or the first bucket lies
// within the zero bucket.
bool AddSameLayout(RunningRuns runs, const BucketRuns& other, double sign,
                   std::int32_t schema, double zero_threshold) {
  if (runs.runs->spans != other.spans) return false;
  RunCursor first(other, Walk::kUp);
  bool inside = true;
  if (!NextOutside(first, inside, schema, zero_threshold)) {
    return other.counts.empty();
  }
  if (first.position() != 0) return false;
  for (std::size_t i = 0; i < other.counts.size(); ++i) {
    Accumulate(
        sign * other.counts[i], runs.runs->counts[i],
        runs.compensation == nullptr ? nullptr : &(*runs.compensation)[i]);
  }
  return true;
}

// runs += sign * other, both in `schema`.
void AddRuns(RunningRuns runs, const BucketRuns& other, double sign,
             std::int32_t schema, double zero_threshold) {
  if (AddSameLayout(runs, other, sign, schema, zero_threshold)) return;
  RunsBuilder builder(runs);
  RunCursor mine(*runs.runs, Walk::kUp);
  RunCursor theirs(other, Walk::kUp);
  bool inside = true;
  bool more = NextOutside(theirs, inside, schema, zero_threshold);
  bool any = mine.Next();
  while (any || more) {
    const bool use_mine = any && (!more || mine.index() <= theirs.index());
    const bool use_theirs = more && (!any || theirs.index() <= mine.index());
    if (use_mine) {
      builder.Add(mine.index(), mine.count(),
                  runs.compensation_at(mine.position()));
    }
    if (use_theirs) builder.Add(theirs.index(), sign * theirs.count());
    if (use_mine) any = mine.Next();
    if (use_theirs) {
      more = NextOutside(theirs, inside, schema, zero_threshold);
    }
  }
  builder.Finish();
}

void AddCustom(RunningHistogram sum, const FloatHistogram& other, double sign,
               HistogramMerge& merge) {
  CustomBounds& bounds = sum.value->custom_bounds;
  if (bounds == other.custom_bounds) {
    AddRuns(sum.runs(true), other.positive, sign, kCustomBucketsSchema, 0);
    return;
  }
  merge.bounds_reconciled = true;
  const CustomBounds common = CommonBounds(bounds, other.custom_bounds);
  BucketRuns mapped = other.positive;
  MapRuns(sum.runs(true), bounds, common);
  MapRuns({&mapped, nullptr}, other.custom_bounds, common);
  AddRuns(sum.runs(true), mapped, sign, kCustomBucketsSchema, 0);
  bounds = common;
}

void AddExponential(RunningHistogram sum, const FloatHistogram& other,
                    double sign) {
  FloatHistogram& value = *sum.value;
  if (other.schema < value.schema) {
    ReduceRuns(sum.runs(true), value.schema, other.schema);
    ReduceRuns(sum.runs(false), value.schema, other.schema);
    value.schema = other.schema;
  }
  for (const bool positive : {true, false}) {
    const BucketRuns& runs = positive ? other.positive : other.negative;
    if (other.schema > value.schema) {
      BucketRuns reduced = runs;
      ReduceRuns({&reduced, nullptr}, other.schema, value.schema);
      AddRuns(sum.runs(positive), reduced, sign, value.schema,
              value.zero_threshold);
    } else {
      AddRuns(sum.runs(positive), runs, sign, value.schema,
              value.zero_threshold);
    }
  }
}

HistogramMerge AddSigned(RunningHistogram sum, const FloatHistogram& other,
                         double sign) {
  FloatHistogram& value = *sum.value;
  HistogramMerge merge;
  if (value.uses_custom_buckets() != other.uses_custom_buckets()) {
    merge.compatible = false;
    return merge;
  }
  merge.reset_collision = MergeHints(value.counter_reset, other.counter_reset);
  HistogramCompensation* lost = sum.compensation;
  if (!value.uses_custom_buckets()) {
    const ZeroBucket zero = ReconcileZeroBuckets(sum, other);
    Accumulate(sign * zero.count, value.zero_count,
               lost == nullptr ? nullptr : &lost->zero_count);
  }
  Accumulate(sign * other.count, value.count,
             lost == nullptr ? nullptr : &lost->count);
  Accumulate(sign * other.sum, value.sum,
             lost == nullptr ? nullptr : &lost->sum);
  if (value.uses_custom_buckets()) {
    AddCustom(sum, other, sign, merge);
  } else {
    AddExponential(sum, other, sign);
  }
  return merge;
}

template <typename Change>
void ChangeEach(FloatHistogram& histogram, Change change) {
  change(histogram.zero_count);
  change(histogram.count);
  change(histogram.sum);
  std::ranges::for_each(histogram.positive.counts, change);
  std::ranges::for_each(histogram.negative.counts, change);
}

}  // namespace

HistogramMerge Add(FloatHistogram& sum, const FloatHistogram& other) {
  return AddSigned({&sum, nullptr}, other, 1);
}

HistogramMerge Subtract(FloatHistogram& difference,
                        const FloatHistogram& other) {
  return AddSigned({&difference, nullptr}, other, -1);
}

void Multiply(FloatHistogram& histogram, double factor) {
  ChangeEach(histogram, [factor](double& value) { value *= factor; });
  if (factor < 0) histogram.counter_reset = CounterReset::kGauge;
}

void Divide(FloatHistogram& histogram, double divisor) {
  ChangeEach(histogram, [divisor](double& value) { value /= divisor; });
  if (divisor < 0) histogram.counter_reset = CounterReset::kGauge;
  if (divisor == 0) {
    histogram.positive = {};
    histogram.negative = {};
  }
}

bool HasInfinity(const FloatHistogram& histogram) {
  const auto infinite = [](double value) { return std::isinf(value); };
  return infinite(histogram.zero_count) || infinite(histogram.count) ||
         infinite(histogram.sum) ||
         std::ranges::any_of(histogram.positive.counts, infinite) ||
         std::ranges::any_of(histogram.negative.counts, infinite);
}

HistogramSum::HistogramSum(FloatHistogram first) : value_(std::move(first)) {
  compensation_.positive.resize(value_.positive.counts.size());
  compensation_.negative.resize(value_.negative.counts.size());
}

HistogramMerge HistogramSum::Add(const FloatHistogram& histogram) {
  return AddSigned({&value_, &compensation_}, histogram, 1);
}

template <typename Change>
void HistogramSum::ChangeCompensation(Change change) {
  change(compensation_.zero_count);
  change(compensation_.count);
  change(compensation_.sum);
  // Division by 0 has removed the buckets.
  compensation_.positive.resize(value_.positive.counts.size());
  compensation_.negative.resize(value_.negative.counts.size());
  std::ranges::for_each(compensation_.positive, change);
  std::ranges::for_each(compensation_.negative, change);
}

void HistogramSum::Multiply(double factor) {
  base::Multiply(value_, factor);
  ChangeCompensation([factor](double& value) { value *= factor; });
}

void HistogramSum::Divide(double divisor) {
  base::Divide(value_, divisor);
  ChangeCompensation([divisor](double& value) { value /= divisor; });
}

FloatHistogram HistogramSum::Total() const {
  FloatHistogram total = value_;
  total.zero_count += compensation_.zero_count;
  total.count += compensation_.count;
  total.sum += compensation_.sum;
  const auto add = [](std::vector<double>& counts,
                      const std::vector<double>& lost) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += lost[i];
  };
  add(total.positive.counts, compensation_.positive);
  add(total.negative.counts, compensation_.negative);
  return total;
}

}  // namespace base
