#include "base/histogram_runs.h"

#include <gtest/gtest.h>

#include "tests/base/histogram_text.h"

namespace base {
namespace {

TEST(CompactTest, LeavesOnlyFilledBuckets) {
  FloatHistogram h;
  h.positive = {{{-2, 3}, {0, 2}, {1, 0}, {2, 2}}, {0, 1, 0, 0, 2, 3, 0}};
  Compact(h);
  const BucketRuns want = {{{-1, 1}, {2, 1}, {3, 1}}, {1, 2, 3}};
  EXPECT_EQ(h.positive, want);
}

TEST(CompactTest, JoinsSpansThatTouch) {
  FloatHistogram h;
  h.negative = {{{1, 1}, {0, 1}}, {1, 2}};
  Compact(h);
  EXPECT_EQ(h.negative, (BucketRuns{{{1, 2}}, {1, 2}}));
}

TEST(CompactTest, NothingIsLeftOfEmptyBuckets) {
  FloatHistogram h;
  h.positive = {{{3, 2}}, {0, 0}};
  Compact(h);
  EXPECT_EQ(h.positive, BucketRuns());
}

struct SchemaCase {
  const char* name;
  const char* histogram;
  std::int32_t schema;
  const char* want;
};

class AtSchemaTest : public testing::TestWithParam<SchemaCase> {};

TEST_P(AtSchemaTest, MergesBuckets) {
  EXPECT_EQ(TestExpression(
                AtSchema(HistogramOf(GetParam().histogram), GetParam().schema)),
            GetParam().want);
}

constexpr SchemaCase kSchemas[] = {
    {"OneStep", "{{schema:1 offset:-1 buckets:[1 2 4 8 16]}}", 0,
     "{{buckets:[3 12 16]}}"},
    {"TwoSteps", "{{schema:2 offset:-4 buckets:[1 2 4 8 16 32 64]}}", 0,
     "{{offset:-1 buckets:[1 30 96]}}"},
    {"NegativeSchema", "{{n_buckets:[1 2 4 8]}}", -2,
     "{{schema:-2 n_buckets:[1 14]}}"},
    {"SameSchema", "{{buckets:[1 2]}}", 0, "{{buckets:[1 2]}}"},
    {"FinerIsNotPossible", "{{buckets:[1 2]}}", 3, "{{buckets:[1 2]}}"},
    {"CustomStays", "{{schema:-53 custom_values:[1] buckets:[1 2]}}", 0,
     "{{schema:-53 custom_values:[1] buckets:[1 2]}}"},
};

INSTANTIATE_TEST_SUITE_P(Table, AtSchemaTest, testing::ValuesIn(kSchemas),
                         [](const auto& test) { return test.param.name; });

TEST(AccumulateTest, CompensatesWhatRoundingLoses) {
  double sum = 1;
  double lost = 0;
  Accumulate(1e100, sum, &lost);
  Accumulate(-1e100, sum, &lost);
  EXPECT_EQ(sum + lost, 1);
}

TEST(AccumulateTest, InfinityHasNoCompensation) {
  double sum = 1e308;
  double lost = 5;
  Accumulate(1e308, sum, &lost);
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace base
