#include "base/histogram_trim.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/base/histogram_text.h"

namespace base {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

struct Case {
  const char* name;
  const char* histogram;
  double bound;
  const char* below;
  const char* above;
};

class HistogramTrimTest : public testing::TestWithParam<Case> {};

TEST_P(HistogramTrimTest, KeepsOneSide) {
  const FloatHistogram histogram = HistogramOf(GetParam().histogram);
  EXPECT_EQ(TestExpression(Trim(histogram, GetParam().bound, Keep::kBelow)),
            GetParam().below);
  EXPECT_EQ(TestExpression(Trim(histogram, GetParam().bound, Keep::kAbove)),
            GetParam().above);
}

constexpr Case kCases[] = {
    {"BeyondAllKeepsCountAndSum", "{{count:7 sum:9 buckets:[3 4]}}", kInf,
     "{{count:7 sum:9 buckets:[3 4]}}", "{{}}"},
    {"BetweenBuckets", "{{count:5 sum:9 offset:2 buckets:[1 0 4]}}", 4,
     "{{count:1 sum:2.8284271247461903 offset:2 buckets:[1]}}",
     "{{count:4 sum:45.254833995939045 offset:4 buckets:[4]}}"},
    {"WithinABucketByLogarithm", "{{count:4 sum:9 offset:4 buckets:[4]}}", 9,
     "{{count:0.6797000057692504 sum:5.767445799023669 offset:4 "
     "buckets:[0.6797000057692504]}}",
     "{{count:3.3202999942307496 sum:39.843599930768995 offset:4 "
     "buckets:[3.3202999942307496]}}"},
    {"ZeroBucketByLine", "{{count:4 z_bucket:4 z_bucket_w:0.5}}", 0.25,
     "{{count:3 sum:-0.375 z_bucket:3 z_bucket_w:0.5}}",
     "{{count:1 sum:0.375 z_bucket:1 z_bucket_w:0.5}}"},
    {"CustomByLine",
     "{{schema:-53 count:6 sum:9 custom_values:[2 4] buckets:[1 4 1]}}", 3,
     "{{schema:-53 count:3 sum:6 custom_values:[2 4] buckets:[1 2]}}",
     "{{schema:-53 count:3 sum:11 custom_values:[2 4] offset:1 buckets:[2 "
     "1]}}"},
    {"FirstCustomBucketStartsAtZero",
     "{{schema:-53 count:4 sum:9 custom_values:[2] buckets:[4]}}", 0.5,
     "{{schema:-53 count:1 sum:0.25 custom_values:[2] buckets:[1]}}",
     "{{schema:-53 count:3 sum:3.75 custom_values:[2] buckets:[3]}}"},
    {"LastCustomBucketStaysAbove",
     "{{schema:-53 count:4 sum:9 custom_values:[2] offset:1 buckets:[4]}}", 5,
     "{{schema:-53 custom_values:[2]}}",
     "{{schema:-53 count:4 sum:9 custom_values:[2] offset:1 buckets:[4]}}"},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramTrimTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
