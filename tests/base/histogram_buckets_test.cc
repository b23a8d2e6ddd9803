#include "base/histogram_buckets.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace base {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kMax = std::numeric_limits<double>::max();

struct BoundCase {
  const char* name;
  std::int32_t index;
  std::int32_t schema;
  double want;
};

class BucketBoundTest : public testing::TestWithParam<BoundCase> {};

TEST_P(BucketBoundTest, HasPrometheusBits) {
  const CustomBounds bounds = {-1, 5};
  EXPECT_EQ(BucketBound(GetParam().index, GetParam().schema, bounds),
            GetParam().want);
}

constexpr BoundCase kBounds[] = {
    {"ZeroIsOne", 0, 0, 1},
    {"Doubles", 3, 0, 8},
    {"Halves", -2, 0, 0.25},
    {"SchemaMinusOneQuadruples", 2, -1, 16},
    {"SchemaMinusFourBelowOne", -1, -4, 1.0 / 65536},
    // The nearest double would be 1.4142135623730951.
    {"SquareRootIsNotTheNearest", 1, 1, 1.414213562373095},
    {"ThirdOfFour", 3, 2, 1.6817928305074288},
    {"SeventhOfEight", 7, 3, 1.8340080864093422},
    {"LastOfFinest", 255, 8, 1.9945921121709396},
    {"LastRegularBucket", 1024, 0, kMax},
    {"LastRegularBucketCoarse", 64, -4, kMax},
    {"LastRegularBucketFine", 1024 * 256, 8, kMax},
    {"InfinityBucket", 1025, 0, kInf},
    {"InfinityBucketCoarse", 65, -4, kInf},
    {"CustomBelow", -1, kCustomBucketsSchema, -kInf},
    {"CustomFirst", 0, kCustomBucketsSchema, -1},
    {"CustomLast", 2, kCustomBucketsSchema, kInf},
};

INSTANTIATE_TEST_SUITE_P(Table, BucketBoundTest, testing::ValuesIn(kBounds),
                         [](const auto& test) { return test.param.name; });

std::string Walked(const FloatHistogram& histogram, Walk walk) {
  std::string out;
  for (BucketCursor cursor(histogram, walk); cursor.Next();) {
    const HistogramBucket b = cursor.bucket();
    absl::StrAppendFormat(&out, "%s..%s:%s ", FormatGeneral(b.lower),
                          FormatGeneral(b.upper),
                          FormatGeneral(cursor.count()));
  }
  return out;
}

std::string Indices(const BucketRuns& runs, Walk walk) {
  std::string out;
  for (RunCursor cursor(runs, walk); cursor.Next();) {
    absl::StrAppendFormat(&out, "%d:%s ", cursor.index(),
                          FormatGeneral(cursor.count()));
  }
  return out;
}

TEST(RunCursorTest, WalksOverGapsAndEmptySpans) {
  const BucketRuns runs = {{{-2, 1}, {0, 0}, {3, 2}, {4, 0}}, {1, 2, 3}};
  EXPECT_EQ(Indices(runs, Walk::kUp), "-2:1 2:2 3:3 ");
  EXPECT_EQ(Indices(runs, Walk::kDown), "3:3 2:2 -2:1 ");
}

TEST(RunCursorTest, NothingToWalk) {
  EXPECT_EQ(Indices({}, Walk::kUp), "");
  EXPECT_EQ(Indices({}, Walk::kDown), "");
  EXPECT_EQ(Indices({{{0, 0}}, {}}, Walk::kUp), "");
  EXPECT_EQ(Indices({{{0, 0}}, {}}, Walk::kDown), "");
}

TEST(BucketCursorTest, WalksFromTheLowestBoundUpAndBack) {
  FloatHistogram h;
  h.zero_threshold = 0.5;
  h.zero_count = 3;
  h.positive = {{{1, 2}}, {4, 0}};
  h.negative = {{{1, 1}, {1, 1}}, {2, 1}};
  EXPECT_EQ(Walked(h, Walk::kUp),
            "-8..-4:1 -2..-1:2 -0.5..0.5:3 1..2:4 2..4:0 ");
  EXPECT_EQ(Walked(h, Walk::kDown),
            "2..4:0 1..2:4 -0.5..0.5:3 -2..-1:2 -8..-4:1 ");
}

TEST(BucketCursorTest, ZeroBucketCutsItsNeighbours) {
  FloatHistogram h;
  h.zero_threshold = 1.5;
  h.positive = {{{1, 1}}, {4}};
  h.negative = {{{1, 1}}, {2}};
  EXPECT_EQ(Walked(h, Walk::kUp), "-2..-1.5:2 1.5..2:4 ");
}

}  // namespace
}  // namespace base
