#include "base/time.h"

#include <gtest/gtest.h>

namespace base {
namespace {

struct DurationCase {
  const char* text;
  std::optional<Duration> want;
  const char*
      printed;  // What FormatDuration makes of it, or why there is none.
};

class DurationTest : public testing::TestWithParam<DurationCase> {};

TEST_P(DurationTest, ParsesAndPrints) {
  const auto& [text, want, printed] = GetParam();
  std::string error;
  const auto parsed = ParseDuration(text, &error);
  EXPECT_EQ(parsed, want) << text;
  EXPECT_EQ(ParseDuration(text), want) << text;
  EXPECT_EQ(parsed ? FormatDuration(*parsed) : error, printed) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DurationTest,
    testing::Values(
        DurationCase{"0", 0, "0s"}, DurationCase{"0s", 0, "0s"},
        DurationCase{"90s", 90000, "1m30s"},
        DurationCase{"1h30m", 5400000, "1h30m"},
        DurationCase{"1y2w3d4h5m6s7ms", 33019506007, "382d4h5m6s7ms"},
        DurationCase{"1w", 604800000, "1w"},
        DurationCase{"8d", 691200000, "8d"},
        DurationCase{"365d", 31536000000, "1y"},
        DurationCase{"15ms", 15, "15ms"},
        DurationCase{"", std::nullopt, "empty duration string"},
        DurationCase{"90", std::nullopt, "not a valid duration string: \"90\""},
        DurationCase{"1.5h", std::nullopt,
                     "unknown unit \".\" in duration \"1.5h\""},
        DurationCase{"1m1h", std::nullopt,
                     "not a valid duration string: \"1m1h\""},
        DurationCase{"1m1m", std::nullopt,
                     "not a valid duration string: \"1m1m\""},
        DurationCase{"-1m", std::nullopt,
                     "not a valid duration string: \"-1m\""},
        DurationCase{"1M", std::nullopt,
                     "unknown unit \"M\" in duration \"1M\""},
        DurationCase{"292y3650d", std::nullopt, "duration out of range"},
        DurationCase{"18446744073709551615ms", std::nullopt,
                     "duration out of range"},
        DurationCase{"293y", std::nullopt, "duration out of range"},
        DurationCase{
            "99999999999999999999s", std::nullopt,
            "not a valid duration string: \"99999999999999999999s\""}));

TEST(DurationTest, NegativePrintsItsSign) {
  EXPECT_EQ(FormatDuration(-90000), "-1m30s");
}

TEST(TimestampTest, ReadsBothSpellings) {
  EXPECT_EQ(ParseTimestamp("1700000000.5"), 1700000000500);
  EXPECT_EQ(ParseTimestamp("2023-11-14T22:13:20.500Z"), 1700000000500);
  EXPECT_EQ(ParseTimestamp("2023-11-14T23:13:20+01:00"), 1700000000000);
  EXPECT_EQ(FormatTimestamp(1700000000500), "2023-11-14T22:13:20.500Z");
}

TEST(TimestampTest, RefusesTheRest) {
  for (const char* text : {"", "now", "nan", "1e300", "2023-11-14", "inf"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

TEST(TimeGridTest, RangeEndsAtOrBeforeItsEnd) {
  const TimeGrid grid = TimeGrid::Range(0, 25, 10);
  EXPECT_EQ(grid.steps, 3U);
  EXPECT_EQ(grid.end(), 20);
  EXPECT_EQ(TimeGrid::Range(5, 5, 10).steps, 1U);
}

}  // namespace
}  // namespace base
