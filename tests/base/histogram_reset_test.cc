#include "base/histogram_reset.h"

#include <gtest/gtest.h>

#include "tests/base/histogram_text.h"

namespace base {
namespace {

struct Case {
  const char* name;
  const char* previous;
  const char* current;
  bool want;
};

class HistogramResetTest : public testing::TestWithParam<Case> {};

TEST_P(HistogramResetTest, IsSeen) {
  EXPECT_EQ(IsReset(HistogramOf(GetParam().previous),
                    HistogramOf(GetParam().current)),
            GetParam().want);
}

constexpr Case kCases[] = {
    {"Same", "{{count:3 buckets:[1 2]}}", "{{count:3 buckets:[1 2]}}", false},
    {"Grown", "{{count:3 buckets:[1 2]}}", "{{count:5 buckets:[1 2 2]}}",
     false},
    {"HintSaysReset", "{{count:3 buckets:[3]}}",
     "{{count:5 buckets:[5] counter_reset_hint:reset}}", true},
    {"HintSaysNotReset", "{{count:3 buckets:[3]}}",
     "{{count:2 buckets:[2] counter_reset_hint:not_reset}}", false},
    {"GaugeIsLookedAt", "{{count:3 buckets:[3]}}",
     "{{count:2 buckets:[2] counter_reset_hint:gauge}}", true},
    {"CountShrank", "{{count:3}}", "{{count:2}}", true},
    {"BucketShrank", "{{count:3 buckets:[1 2]}}", "{{count:4 buckets:[0 4]}}",
     true},
    {"BucketWentAway", "{{count:3 buckets:[1 2]}}",
     "{{count:3 offset:1 buckets:[3]}}", true},
    {"LastBucketWentAway", "{{count:3 buckets:[1 2]}}",
     "{{count:3 buckets:[3]}}", true},
    {"EmptyBucketWentAway", "{{count:1 buckets:[1 0]}}",
     "{{count:1 buckets:[1]}}", false},
    {"NegativeBucketShrank", "{{count:3 n_buckets:[3]}}",
     "{{count:3 n_buckets:[2] z_bucket:1}}", true},
    {"FinerSchema", "{{count:1 buckets:[1]}}",
     "{{schema:1 count:1 buckets:[1]}}", true},
    {"CoarserSchema", "{{schema:1 count:3 offset:1 buckets:[1 2]}}",
     "{{count:3 offset:1 buckets:[3]}}", false},
    {"CoarserSchemaShrank", "{{schema:1 count:3 offset:1 buckets:[1 2]}}",
     "{{count:3 offset:1 buckets:[2 1]}}", true},
    {"ZeroBucketShrank", "{{count:2 z_bucket:2}}",
     "{{count:2 z_bucket:1 buckets:[1]}}", true},
    {"NarrowerZeroBucket", "{{z_bucket_w:0.5}}", "{{z_bucket_w:0.25}}", true},
    {"WiderZeroBucket",
     "{{count:3 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2]}}",
     "{{count:3 z_bucket:3 z_bucket_w:0.5}}", false},
    {"WiderZeroBucketTookInTooFew",
     "{{count:3 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2]}}",
     "{{count:3 z_bucket:2 z_bucket_w:0.5 buckets:[1]}}", true},
    {"ZeroBucketThatCutsAFilledOne",
     "{{count:3 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2]}}",
     "{{count:3 z_bucket:3 z_bucket_w:0.3}}", true},
    {"KindOfBucketsChanged", "{{count:1 buckets:[1]}}",
     "{{schema:-53 count:1 custom_values:[1] buckets:[1]}}", true},
    {"CustomGrown", "{{schema:-53 count:1 custom_values:[1] buckets:[1]}}",
     "{{schema:-53 count:2 custom_values:[1] buckets:[1 1]}}", false},
    {"CustomShrank", "{{schema:-53 count:2 custom_values:[1] buckets:[2]}}",
     "{{schema:-53 count:2 custom_values:[1] buckets:[1 1]}}", true},
    {"CustomBoundsDifferGrown",
     "{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}",
     "{{schema:-53 count:3 custom_values:[2] buckets:[3]}}", false},
    {"CustomBoundsDifferShrank",
     "{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}",
     "{{schema:-53 count:3 custom_values:[2 3] buckets:[2 1]}}", true},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramResetTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
