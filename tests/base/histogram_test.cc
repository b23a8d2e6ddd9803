#include "base/histogram.h"

#include <gtest/gtest.h>

#include <limits>

namespace base {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

FloatHistogram Both() {
  FloatHistogram h;
  h.schema = 1;
  h.count = 7;
  h.sum = -2.5;
  h.zero_count = 1;
  h.zero_threshold = 0.25;
  h.positive = {{{-1, 1}, {2, 2}}, {1, 0, 2}};
  h.negative = {{{1, 2}}, {1, 2}};
  return h;
}

FloatHistogram Custom() {
  FloatHistogram h;
  h.schema = kCustomBucketsSchema;
  h.count = 6;
  h.sum = 1e6;
  h.custom_bounds = {-1, 2.5};
  h.positive = {{{0, 3}}, {1, 2, 3}};
  return h;
}

FloatHistogram Hinted(CounterReset hint) {
  FloatHistogram h;
  h.counter_reset = hint;
  return h;
}

FloatHistogram Summed(double sum) {
  FloatHistogram h;
  h.sum = sum;
  return h;
}

FloatHistogram Positive(BucketRuns runs) {
  FloatHistogram h;
  h.positive = std::move(runs);
  return h;
}

struct TextCase {
  const char* name;
  FloatHistogram histogram;
  const char* expression;
  const char* text;
};

class HistogramTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(HistogramTextTest, IsPrometheusOwn) {
  EXPECT_EQ(TestExpression(GetParam().histogram), GetParam().expression);
  EXPECT_EQ(ToString(GetParam().histogram), GetParam().text);
}

const TextCase kTexts[] = {
    {"Empty", {}, "{{}}", "{count:0, sum:0}"},
    {"BothSigns", Both(),
     "{{schema:1 count:7 sum:-2.5 z_bucket:1 z_bucket_w:0.25 offset:-1 "
     "buckets:[1 0 0 0 2] n_offset:1 n_buckets:[1 2]}}",
     "{count:7, sum:-2.5, [-2,-1.414213562373095):2, "
     "[-1.414213562373095,-1):1, "
     "[-0.25,0.25]:1, (0.5,0.7071067811865475]:1, "
     "(2,2.82842712474619]:2}"},
    {"CustomBuckets", Custom(),
     "{{schema:-53 count:6 sum:1e+06 custom_values:[-1 2.5] buckets:[1 2 3]}}",
     "{count:6, sum:1e+06, [-Inf,-1]:1, (-1,2.5]:2, (2.5,+Inf]:3}"},
    {"Reset", Hinted(CounterReset::kReset), "{{counter_reset_hint:reset}}",
     "{count:0, sum:0}"},
    {"NotReset", Hinted(CounterReset::kNotReset),
     "{{counter_reset_hint:not_reset}}", "{count:0, sum:0}"},
    {"Gauge", Hinted(CounterReset::kGauge), "{{counter_reset_hint:gauge}}",
     "{count:0, sum:0}"},
    {"NaNSum", Summed(kNaN), "{{sum:NaN}}", "{count:0, sum:NaN}"},
    {"EmptyBucketsAtTheEndsAreLeftOut",
     Positive({{{3, 2}, {1, 3}}, {0, 1, 0, 2, 0}}),
     "{{offset:4 buckets:[1 0 0 2]}}",
     "{count:0, sum:0, (8,16]:1, (64,128]:2}"},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramTextTest, testing::ValuesIn(kTexts),
                         [](const auto& test) { return test.param.name; });

TEST(HistogramTest, SpansThatTouchAreEqualToOne) {
  const FloatHistogram one = Positive({{{1, 3}}, {1, 2, 3}});
  EXPECT_TRUE(Equal(one, Positive({{{1, 1}, {0, 2}}, {1, 2, 3}})));
  EXPECT_TRUE(Equal(one, Positive({{{0, 0}, {1, 3}, {5, 0}}, {1, 2, 3}})));
  EXPECT_FALSE(Equal(one, Positive({{{1, 1}, {1, 2}}, {1, 2, 3}})));
}

TEST(HistogramTest, NaNEqualsTheSameNaN) {
  EXPECT_TRUE(Equal(Summed(kNaN), Summed(kNaN)));
  EXPECT_FALSE(Equal(Summed(0.0), Summed(-0.0)));
}

TEST(HistogramTest, HintIsNotCompared) {
  EXPECT_TRUE(Equal(Hinted(CounterReset::kReset), {}));
}

}  // namespace
}  // namespace base
