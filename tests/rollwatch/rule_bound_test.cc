#include "rollwatch/rule_bound.h"

#include <gtest/gtest.h>

#include "base/diagnostic.h"
#include "promql/check/parse.h"

namespace rollwatch {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* bound;
};

constexpr Case kCases[] = {
    {"Comparison", "a / (b > 0) > 0.1", "> 0.1"},
    {"NumberOnTheLeft", "5 < a", "> 5"},
    {"LastOfSeveral", "a > 0 < 100", "< 100"},
    {"OfTheLeftSideOfAnd", "(a > 1) and b > 2 unless c > 3", "> 1"},
    {"OtherSeries", "a > b * 2", "> b * 2"},
    {"NoneBehindOr", "a == 0 or absent(a)", ""},
    {"NoneInsideAnAggregation", "max(a > 0)", ""},
    {"NoneOfBool", "a > bool 1", ""},
    {"NoneOfASelector", "a", ""},
};

class RuleBoundTest : public testing::TestWithParam<Case> {};

TEST_P(RuleBoundTest, IsWhatTheValueWasComparedWith) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(BoundOf(expr), GetParam().bound);
}

INSTANTIATE_TEST_SUITE_P(Expressions, RuleBoundTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace rollwatch
