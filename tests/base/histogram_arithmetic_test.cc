#include "base/histogram_arithmetic.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/base/histogram_text.h"

namespace base {
namespace {

std::string Flags(const HistogramMerge& merge) {
  std::string flags;
  if (!merge.compatible) flags += "incompatible ";
  if (merge.reset_collision) flags += "collision ";
  if (merge.bounds_reconciled) flags += "reconciled ";
  return flags;
}

struct Case {
  const char* name;
  const char* left;
  const char* right;
  const char* sum;
  const char* difference;
  const char* flags;
};

class HistogramArithmeticTest : public testing::TestWithParam<Case> {};

TEST_P(HistogramArithmeticTest, Adds) {
  FloatHistogram sum = HistogramOf(GetParam().left);
  const HistogramMerge merge = Add(sum, HistogramOf(GetParam().right));
  EXPECT_EQ(TestExpression(sum), GetParam().sum);
  EXPECT_EQ(Flags(merge), GetParam().flags);
}

TEST_P(HistogramArithmeticTest, Subtracts) {
  FloatHistogram difference = HistogramOf(GetParam().left);
  const HistogramMerge merge =
      Subtract(difference, HistogramOf(GetParam().right));
  EXPECT_EQ(TestExpression(difference), GetParam().difference);
  EXPECT_EQ(Flags(merge), GetParam().flags);
}

// What adds up exactly is the same with compensation.
TEST_P(HistogramArithmeticTest, AddsCompensated) {
  HistogramSum sum(HistogramOf(GetParam().left));
  const HistogramMerge merge = sum.Add(HistogramOf(GetParam().right));
  EXPECT_EQ(TestExpression(sum.Total()), GetParam().sum);
  EXPECT_EQ(Flags(merge), GetParam().flags);
}

constexpr Case kCases[] = {
    {"Empty", "{{}}", "{{}}", "{{}}", "{{}}", ""},
    {"SameLayout", "{{count:3 sum:5 buckets:[1 2]}}",
     "{{count:5 sum:4 buckets:[4 1]}}", "{{count:8 sum:9 buckets:[5 3]}}",
     "{{count:-2 sum:1 buckets:[-3 1]}}", ""},
    {"BucketsWithinTheZeroBucketAreLeftOut",
     "{{count:4 z_bucket:1 z_bucket_w:1 offset:0 buckets:[1 2]}}",
     "{{count:6 z_bucket:2 z_bucket_w:1 offset:0 buckets:[1 3]}}",
     "{{count:10 z_bucket:3 z_bucket_w:1 buckets:[1 5]}}",
     "{{count:-2 z_bucket:-1 z_bucket_w:1 buckets:[1 -1]}}", ""},
    {"DisjointBuckets", "{{count:3 buckets:[3]}}",
     "{{count:2 offset:3 buckets:[2] n_offset:1 n_buckets:[1]}}",
     "{{count:5 buckets:[3 0 0 2] n_offset:1 n_buckets:[1]}}",
     "{{count:1 buckets:[3 0 0 -2] n_offset:1 n_buckets:[-1]}}", ""},
    {"CoarserSchemaWins", "{{schema:1 count:7 offset:1 buckets:[1 2 4]}}",
     "{{schema:0 count:8 offset:1 buckets:[8]}}",
     "{{count:15 offset:1 buckets:[11 4]}}",
     "{{count:-1 offset:1 buckets:[-5 4]}}", ""},
    {"CoarserSchemaWinsOnTheLeft", "{{schema:-1 count:8 buckets:[8]}}",
     "{{schema:0 count:7 offset:-1 buckets:[1 2 4]}}",
     "{{schema:-1 count:15 buckets:[11 4]}}",
     "{{schema:-1 count:1 buckets:[5 -4]}}", ""},
    {"WiderZeroBucketTakesBucketsIn",
     "{{count:6 z_bucket:1 z_bucket_w:0.125 offset:-2 buckets:[2 3]}}",
     "{{count:4 z_bucket:4 z_bucket_w:0.25}}",
     "{{count:10 z_bucket:7 z_bucket_w:0.25 offset:-1 buckets:[3]}}",
     "{{count:2 z_bucket:-1 z_bucket_w:0.25 offset:-1 buckets:[3]}}", ""},
    {"ZeroBucketGrowsToTheEndOfABucketItCuts",
     "{{count:4 z_bucket:4 z_bucket_w:0.3}}",
     "{{count:3 z_bucket:1 z_bucket_w:0.125 offset:-1 buckets:[2]}}",
     "{{count:7 z_bucket:7 z_bucket_w:0.5}}",
     "{{count:1 z_bucket:1 z_bucket_w:0.5}}", ""},
    {"NegativeBucketThatIsCutTakesInAPositiveOne",
     "{{count:4 z_bucket:4 z_bucket_w:0.3}}",
     "{{count:3 z_bucket_w:0.25 offset:-1 buckets:[1] "
     "n_offset:-1 n_buckets:[2]}}",
     "{{count:7 z_bucket:7 z_bucket_w:0.5}}",
     "{{count:1 z_bucket:1 z_bucket_w:0.5}}", ""},
    {"CustomSameBounds",
     "{{schema:-53 count:3 custom_values:[1 2] buckets:[1 1 1]}}",
     "{{schema:-53 count:2 custom_values:[1 2] buckets:[0 2]}}",
     "{{schema:-53 count:5 custom_values:[1 2] buckets:[1 3 1]}}",
     "{{schema:-53 count:1 custom_values:[1 2] buckets:[1 -1 1]}}", ""},
    {"CustomBoundsAreIntersected",
     "{{schema:-53 count:10 custom_values:[1 2 3] buckets:[1 2 3 4]}}",
     "{{schema:-53 count:60 custom_values:[2 4] buckets:[10 20 30]}}",
     "{{schema:-53 count:70 custom_values:[2] buckets:[13 57]}}",
     "{{schema:-53 count:-50 custom_values:[2] buckets:[-7 -43]}}",
     "reconciled "},
    {"CustomWithoutCommonBound",
     "{{schema:-53 count:3 custom_values:[1] buckets:[1 2]}}",
     "{{schema:-53 count:7 custom_values:[2] buckets:[3 4]}}",
     "{{schema:-53 count:10 custom_values:[] buckets:[10]}}",
     "{{schema:-53 count:-4 custom_values:[] buckets:[-4]}}", "reconciled "},
    {"CustomAndExponentialDoNotMix", "{{count:1 buckets:[1]}}",
     "{{schema:-53 count:1 custom_values:[1] buckets:[1]}}",
     "{{count:1 buckets:[1]}}", "{{count:1 buckets:[1]}}", "incompatible "},
    {"SameHintStays", "{{counter_reset_hint:reset}}",
     "{{counter_reset_hint:reset}}", "{{counter_reset_hint:reset}}",
     "{{counter_reset_hint:reset}}", ""},
    {"GaugeWins", "{{counter_reset_hint:reset}}",
     "{{counter_reset_hint:gauge}}", "{{counter_reset_hint:gauge}}",
     "{{counter_reset_hint:gauge}}", ""},
    {"UnknownWinsOverACounter", "{{counter_reset_hint:not_reset}}", "{{}}",
     "{{}}", "{{}}", ""},
    {"HintsCollide", "{{counter_reset_hint:reset}}",
     "{{counter_reset_hint:not_reset}}", "{{}}", "{{}}", "collision "},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramArithmeticTest,
                         testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(HistogramScaleTest, NegativeFactorMakesAGauge) {
  FloatHistogram h = HistogramOf("{{count:3 sum:6 z_bucket:1 buckets:[2]}}");
  Multiply(h, 2);
  EXPECT_EQ(TestExpression(h), "{{count:6 sum:12 z_bucket:2 buckets:[4]}}");
  Multiply(h, -0.5);
  EXPECT_EQ(TestExpression(h),
            "{{count:-3 sum:-6 z_bucket:-1 counter_reset_hint:gauge "
            "buckets:[-2]}}");
}

TEST(HistogramScaleTest, DivisionByZeroRemovesBuckets) {
  FloatHistogram h =
      HistogramOf("{{count:3 sum:-6 buckets:[2] n_buckets:[1]}}");
  Divide(h, 0);
  EXPECT_EQ(TestExpression(h), "{{count:+Inf sum:-Inf z_bucket:NaN}}");
}

TEST(HistogramSumTest, KeepsWhatAPlainSumLoses) {
  const char* const kBig = "{{count:1e100 sum:1e100 buckets:[1e100]}}";
  const char* const kMinusBig = "{{count:-1e100 sum:-1e100 buckets:[-1e100]}}";
  HistogramSum sum(HistogramOf("{{count:1 sum:1 buckets:[1]}}"));
  sum.Add(HistogramOf(kBig));
  sum.Add(HistogramOf("{{count:2 sum:2 buckets:[2]}}"));
  sum.Add(HistogramOf(kMinusBig));
  EXPECT_EQ(TestExpression(sum.Total()), "{{count:3 sum:3 buckets:[3]}}");
  EXPECT_EQ(TestExpression(sum.uncompensated()), "{{}}");
  sum.Divide(3);
  EXPECT_EQ(TestExpression(sum.Total()), "{{count:1 sum:1 buckets:[1]}}");
}

TEST(HistogramSumTest, CompensatesThroughACoarserSchema) {
  HistogramSum sum(HistogramOf("{{schema:1 count:1 buckets:[1e100 1 1]}}"));
  sum.Add(HistogramOf("{{schema:1 buckets:[1]}}"));
  sum.Add(HistogramOf("{{buckets:[-1e100]}}"));
  EXPECT_EQ(TestExpression(sum.Total()), "{{count:1 buckets:[1 2]}}");
}

TEST(HistogramSumTest, InfinityIsSeen) {
  FloatHistogram h = HistogramOf("{{count:1.7e308 buckets:[1]}}");
  EXPECT_FALSE(HasInfinity(h));
  Add(h, HistogramOf("{{count:1.7e308}}"));
  EXPECT_TRUE(HasInfinity(h));
}

}  // namespace
}  // namespace base
