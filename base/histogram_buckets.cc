#include "base/histogram_buckets.h"

#include <array>
#include <cmath>
#include <limits>

namespace base {
namespace {

constexpr std::size_t kBoundsOfFinestSchema = 256;

// The bounds in [0.5, 1) of schema 8; schema s has every 2^(8-s)th of them.
// Prometheus ships them as a table in which each schema was made from the one
// before by multiplying it by 2^(1/2^s), with the rounding errors that piles
// up: the same steps give the same bits.
std::array<double, kBoundsOfFinestSchema> MakeFractions() {
  std::array<double, kBoundsOfFinestSchema> fractions = {};
  fractions[0] = 0.5;
  double factor = std::sqrt(2.0);
  fractions[kBoundsOfFinestSchema / 2] = 1 / factor;
  for (std::size_t stride = kBoundsOfFinestSchema / 2; stride > 1;
       stride /= 2) {
    factor = std::sqrt(factor);
    for (std::size_t i = 0; i < kBoundsOfFinestSchema; i += stride) {
      fractions[i + stride / 2] = fractions[i] * factor;
    }
  }
  return fractions;
}

double Fraction(std::size_t index) {
  static const std::array<double, kBoundsOfFinestSchema> fractions =
      MakeFractions();
  return fractions[index];
}

double CustomBound(std::int32_t index, const CustomBounds& bounds) {
  if (index < 0) return -std::numeric_limits<double>::infinity();
  const auto i = static_cast<std::size_t>(index);
  return i < bounds.size() ? bounds[i]
                           : std::numeric_limits<double>::infinity();
}

}  // namespace

double BucketBound(std::int32_t index, std::int32_t schema,
                   const CustomBounds& bounds) {
  if (schema == kCustomBucketsSchema) return CustomBound(index, bounds);
  if (schema < 0) {
    const std::int64_t exponent =
        static_cast<std::int64_t>(index) * (std::int64_t{1} << -schema);
    if (exponent == 1024) return std::numeric_limits<double>::max();
    return std::ldexp(1.0, static_cast<int>(exponent));
  }
  const std::int32_t within = index & ((1 << schema) - 1);
  const double fraction =
      Fraction(static_cast<std::size_t>(within)
               << static_cast<unsigned>(kMaxExponentialSchema - schema));
  const int exponent = (index >> schema) + 1;
  if (fraction == 0.5 && exponent == 1025) {
    return std::numeric_limits<double>::max();
  }
  return std::ldexp(fraction, exponent);
}

RunCursor::RunCursor(const BucketRuns& runs, Walk walk)
    : runs_(&runs), walk_(walk) {
  if (walk_ == Walk::kUp) return;
  for (const BucketSpan& span : runs.spans) {
    index_ += span.offset + static_cast<std::int32_t>(span.length);
  }
  span_ = runs.spans.size();
  position_ = runs.counts.size();
  if (span_ > 0) in_span_ = runs.spans[span_ - 1].length;
}

bool RunCursor::Up() {
  if (started_) {
    ++index_;
    ++position_;
  } else if (!runs_->spans.empty()) {
    index_ = runs_->spans[0].offset;
  }
  started_ = true;
  while (span_ < runs_->spans.size() &&
         in_span_ == runs_->spans[span_].length) {
    in_span_ = 0;
    if (++span_ < runs_->spans.size()) index_ += runs_->spans[span_].offset;
  }
  if (span_ >= runs_->spans.size()) return false;
  ++in_span_;
  return true;
}

bool RunCursor::Down() {
  while (span_ > 0 && in_span_ == 0) {
    index_ -= runs_->spans[--span_].offset;
    if (span_ > 0) in_span_ = runs_->spans[span_ - 1].length;
  }
  if (span_ == 0) return false;
  --in_span_;
  --index_;
  --position_;
  return true;
}

HistogramBucket BucketAt(const FloatHistogram& histogram, bool positive,
                         std::int32_t index, double count) {
  const double far =
      BucketBound(index, histogram.schema, histogram.custom_bounds);
  const double near =
      BucketBound(index - 1, histogram.schema, histogram.custom_bounds);
  HistogramBucket bucket;
  bucket.lower = positive ? near : -far;
  bucket.upper = positive ? far : -near;
  const bool custom = histogram.uses_custom_buckets();
  bucket.lower_inclusive = custom ? index == 0 : bucket.lower < 0;
  bucket.upper_inclusive = custom || bucket.upper > 0;
  bucket.count = count;
  return bucket;
}

BucketCursor::BucketCursor(const FloatHistogram& histogram, Walk walk)
    : histogram_(&histogram),
      up_(walk == Walk::kUp),
      first_(up_ ? histogram.negative : histogram.positive, Walk::kDown),
      last_(up_ ? histogram.positive : histogram.negative, Walk::kUp) {}

bool BucketCursor::Next() {
  on_zero_ = false;
  if (part_ == Part::kFirst) {
    if (first_.Next()) return true;
    part_ = Part::kZero;
  }
  if (part_ == Part::kZero) {
    part_ = Part::kLast;
    if (histogram_->zero_count > 0) {
      on_zero_ = true;
      return true;
    }
  }
  if (part_ == Part::kLast && last_.Next()) return true;
  part_ = Part::kEnd;
  return false;
}

double BucketCursor::count() const {
  if (on_zero_) return histogram_->zero_count;
  return part_ == Part::kFirst ? first_.count() : last_.count();
}

HistogramBucket BucketCursor::bucket() const {
  const double zero = histogram_->zero_threshold;
  if (on_zero_) return {-zero, zero, true, true, histogram_->zero_count};
  const bool first = part_ == Part::kFirst;
  const RunCursor& cursor = first ? first_ : last_;
  HistogramBucket bucket =
      BucketAt(*histogram_, first != up_, cursor.index(), cursor.count());
  if (bucket.upper < 0 && bucket.upper > -zero) {
    bucket.upper = -zero;
  } else if (bucket.lower > 0 && bucket.lower < zero) {
    bucket.lower = zero;
  }
  return bucket;
}

}  // namespace base
