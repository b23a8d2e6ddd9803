#include "base/histogram_quantile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/base/histogram_text.h"

namespace base {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void ExpectSame(double got, double want) {
  if (std::isnan(want)) {
    EXPECT_TRUE(std::isnan(got)) << got;
  } else {
    EXPECT_DOUBLE_EQ(got, want);
  }
}

struct QuantileCase {
  const char* name;
  double q;
  const char* histogram;
  double want;
  NanEffect nan = NanEffect::kNone;
};

class HistogramQuantileTest : public testing::TestWithParam<QuantileCase> {};

TEST_P(HistogramQuantileTest, Interpolates) {
  const HistogramQuantile quantile =
      Quantile(GetParam().q, HistogramOf(GetParam().histogram));
  ExpectSame(quantile.value, GetParam().want);
  EXPECT_EQ(quantile.nan, GetParam().nan);
}

constexpr const char* kCustom =
    "{{schema:-53 count:10 custom_values:[2 4] buckets:[4 4 2]}}";

constexpr QuantileCase kQuantiles[] = {
    {"BelowZero", -0.1, "{{count:1 buckets:[1]}}", -kInf},
    {"AboveOne", 1.1, "{{count:1 buckets:[1]}}", kInf},
    {"OfNothing", 0.5, "{{}}", kNaN},
    {"NaN", kNaN, "{{count:1 buckets:[1]}}", kNaN},
    {"LogarithmicWithinABucket", 0.5, "{{count:4 offset:2 buckets:[4]}}",
     2.8284271247461903},
    {"NegativeBucketIsMirrored", 0.25, "{{count:4 n_offset:2 n_buckets:[4]}}",
     -3.363585661014858},
    {"ZeroBucketIsLinear", 0.75, "{{count:4 z_bucket:4 z_bucket_w:2}}", 1},
    {"ZeroBucketWithPositiveOnesStartsAtZero", 0.25,
     "{{count:4 z_bucket:2 z_bucket_w:0.5 buckets:[2]}}", 0.25},
    {"ZeroBucketWithNegativeOnesEndsAtZero", 0.75,
     "{{count:4 z_bucket:2 z_bucket_w:0.5 n_buckets:[2]}}", -0.25},
    {"CustomIsLinear", 0.6, kCustom, 3},
    {"FirstCustomStartsAtZero", 0.1, kCustom, 0.5},
    {"LastCustomIsItsLowerBound", 0.95, kCustom, 4},
    {"LastBucketIsItEvenIfEmpty", 0.9, "{{count:4 sum:1 offset:2 buckets:[0]}}",
     4},
    {"LastCustomIsItEvenIfAllAreNaN", 0.9,
     "{{schema:-53 count:4 sum:NaN custom_values:[2] buckets:[0 0]}}", 2},
    {"FirstCustomUpToANegativeBound", 0.1,
     "{{schema:-53 count:2 custom_values:[-3] buckets:[2]}}", -3},
    {"NaNsMakeItTooHigh", 0.25, "{{count:4 sum:NaN offset:2 buckets:[2]}}",
     2.8284271247461903, NanEffect::kSkewed},
    {"AmongTheNaNs", 0.9, "{{count:4 sum:NaN offset:2 buckets:[2]}}", kNaN,
     NanEffect::kNan},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramQuantileTest,
                         testing::ValuesIn(kQuantiles),
                         [](const auto& test) { return test.param.name; });

struct FractionCase {
  const char* name;
  double lower;
  double upper;
  const char* histogram;
  double want;
  bool excludes_nan = false;
};

class HistogramFractionTest : public testing::TestWithParam<FractionCase> {};

TEST_P(HistogramFractionTest, Interpolates) {
  const HistogramFraction fraction = Fraction(
      GetParam().lower, GetParam().upper, HistogramOf(GetParam().histogram));
  ExpectSame(fraction.value, GetParam().want);
  EXPECT_EQ(fraction.excludes_nan, GetParam().excludes_nan);
}

constexpr FractionCase kFractions[] = {
    {"OfNothing", 0, 1, "{{}}", kNaN},
    {"NaNBound", kNaN, 1, "{{count:1 buckets:[1]}}", kNaN},
    {"EmptyRange", 2, 2, "{{count:1 buckets:[1]}}", 0},
    {"All", -kInf, kInf, "{{count:3 buckets:[1] n_buckets:[2]}}", 1},
    {"WholeBuckets", 1, 4, "{{count:8 buckets:[1 2 3 2]}}", 0.625},
    {"LogarithmicWithinABucket", 2.8284271247461903, 4,
     "{{count:4 offset:2 buckets:[4]}}", 0.5},
    {"NegativeBucketIsMirrored", -4, -2.8284271247461903,
     "{{count:4 n_offset:2 n_buckets:[4]}}", 0.5},
    {"ZeroBucketIsLinear", -1, 0.5, "{{count:4 z_bucket:4 z_bucket_w:1}}",
     0.75},
    {"CustomIsLinear", 3, 4, kCustom, 0.2},
    {"FirstCustomStartsAtZero", 0, 0.5, kCustom, 0.1},
    {"LastCustomHasNoInside", 5, 6, kCustom, 0},
    {"NaNsAreInNoFraction", -kInf, kInf, "{{count:4 sum:NaN buckets:[3]}}",
     0.75, true},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramFractionTest,
                         testing::ValuesIn(kFractions),
                         [](const auto& test) { return test.param.name; });

TEST(HistogramVarianceTest, TakesEachBucketAtItsMiddle) {
  // (1, 4] has its middle at 2.
  ExpectSame(Variance(HistogramOf("{{schema:-1 count:2 sum:8 offset:1 "
                                  "buckets:[2]}}")),
             4);
  ExpectSame(Variance(HistogramOf("{{count:2 z_bucket:2 sum:4}}")), 4);
  ExpectSame(
      Variance(HistogramOf("{{schema:-53 count:2 sum:4 "
                           "custom_values:[1 5] offset:1 buckets:[2]}}")),
      1);
  ExpectSame(Variance(HistogramOf("{{}}")), kNaN);
}

}  // namespace
}  // namespace base
