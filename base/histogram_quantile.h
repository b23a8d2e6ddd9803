// What the observations of a native histogram were, estimated.

#ifndef BASE_HISTOGRAM_QUANTILE_H_
#define BASE_HISTOGRAM_QUANTILE_H_

#include "base/histogram.h"

namespace base {

// NaN observations count, but lie in no bucket; a sum of NaN betrays them.
enum class NanEffect {
  kNone,
  kSkewed,  // The quantile is of the others too, hence too high.
  kNan,     // It is among the NaNs.
};

struct HistogramQuantile {
  double value = 0;
  NanEffect nan = NanEffect::kNone;
};

// How the observations of a bucket are taken to lie.
enum class Interpolation {
  kNatural,  // Logarithmically, linearly in custom and the zero buckets.
  kLinear,   // In all of them.
};

// The value that the share `q` of the observations does not exceed: -Inf below
// 0, +Inf above 1, NaN of no observations.
HistogramQuantile Quantile(
    double q, const FloatHistogram& histogram,
    Interpolation interpolation = Interpolation::kNatural);

struct HistogramFraction {
  double value = 0;
  bool excludes_nan = false;  // There are NaN observations.
};

// The share of the observations between two values; 0 when lower >= upper, NaN
// of no observations.
HistogramFraction Fraction(
    double lower, double upper, const FloatHistogram& histogram,
    Interpolation interpolation = Interpolation::kNatural);

// The variance, each bucket's observations taken to lie at its middle.
double Variance(const FloatHistogram& histogram);

}  // namespace base

#endif  // BASE_HISTOGRAM_QUANTILE_H_
