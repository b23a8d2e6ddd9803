// Query in, query out: as Prometheus prints it, and reading back as the same.

#include "promql/syntax/printer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/diagnostic.h"
#include "promql/syntax/parser.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* want;
};

constexpr Case kCases[] = {
    {"SpacesAreNormal", "sum by(a,b)(rate(x[5m]))/2",
     "sum by (a, b) (rate(x[5m])) / 2"},
    {"MatchersAreSortedByText", "x{b=\"1\",a=~\"2\",a!=\"3\"}",
     "x{a!=\"3\",a=~\"2\",b=\"1\"}"},
    {"NameInBracesIsAMatcher", "{\"x.y\",\"a.b\"=\"c\"}",
     "{\"a.b\"=\"c\",__name__=\"x.y\"}"},
    {"EmptyBracesDisappear", "x{}", "x"},
    {"EmptyBracesStayAlone", "info(x, {})", "info(x, {})"},
    {"EmptyValueOfTheNameIsKept", "{__name__=\"\",a=\"b\"}",
     "{__name__=\"\",a=\"b\"}"},
    {"GroupingStandsBefore", "sum(x) by (a)", "sum by (a) (x)"},
    {"EmptyByDisappears", "sum by () (x)", "sum(x)"},
    {"EmptyWithoutStays", "sum(x) without ()", "sum without () (x)"},
    {"QuotedGroupingStaysQuoted", "sum by (\"a.b\", \"c\") (x)",
     "sum by (\"a.b\", c) (x)"},
    {"GroupingByANumberWordStaysQuoted", "sum by (\"Nan\", \"inf\", a) (x)",
     "sum by (\"Nan\", \"inf\", a) (x)"},
    {"EmptyOnStays", "a + on () b", "a + on () b"},
    {"EmptyIgnoringDisappears", "a + ignoring () b", "a + b"},
    {"EmptyIgnoringStaysWithGroup", "a + ignoring() group_left b",
     "a + ignoring () group_left () b"},
    {"GroupRightListsLabels", "a + on(x) group_right(y,z) b",
     "a + on (x) group_right (y, z) b"},
    {"BoolStandsFirst", "a > bool ignoring(x) b", "a > bool ignoring (x) b"},
    {"EqualFillsAreOne", "a + fill_right(0) fill_left(0) b", "a + fill (0) b"},
    {"DifferentFillsAreTwo", "a + fill_right(1) fill_left(2) b",
     "a + fill_left (2) fill_right (1) b"},
    {"OneFillStays", "a + on(x) fill_right(-1.5) b",
     "a + on (x) fill_right (-1.5) b"},
    {"NumbersHaveNoExponent", "1e6 + 1e-7", "1000000 + 0.0000001"},
    {"NumbersAreShort", "0.1 + 1e21", "0.1 + 1000000000000000000000"},
    {"InfinityHasASign", "inf - -inf", "+Inf - -Inf"},
    {"InfinityRaisedHasNone", "-1 ^ inf ^ 2", "-1 ^ Inf ^ 2"},
    {"NegativeZeroHasASign", "-0", "-0"},
    {"DurationsStayDurations", "1h30m + 90s", "1h30m + 1m30s"},
    {"LongDurationsKeepTheirSeconds", "-8888385457s", "-102874d19h57m37s"},
    {"LongDurationsKeepTheirMilliseconds", "-88871h30ms + x[88871h30ms]",
     "-3702d23h30ms + x[3702d23h30ms]"},
    {"NegativeDurationIsOne", "-5m", "-5m"},
    {"RangeInSecondsIsADuration", "x[90]", "x[1m30s]"},
    {"RangeInFractionsIsADuration", "x[0.5]", "x[500ms]"},
    {"RangeBelowAMillisecondIsANumber", "x[0.0001]", "x[0.0001]"},
    {"OffsetStandsLast", "x offset 5m @ 3", "x @ 3.000 offset 5m"},
    {"AtHasThreeDecimals", "x @ 1.23456", "x @ 1.235"},
    {"AtRoundsToMilliseconds", "x @ -0.0004", "x @ 0.000"},
    {"ExtensionOfASelectorFollowsAt", "x offset 5m smoothed @ 3",
     "x @ 3.000 smoothed offset 5m"},
    {"ExtensionOfARangeComesFirst", "x[5m] @ 3 offset 5m anchored",
     "x[5m] anchored @ 3.000 offset 5m"},
    {"SubqueryStepMayBeMissing", "x[5m:]", "x[5m:]"},
    {"SubqueryModifiersStandBehind", "x[5m:1m] offset 3m @ end()",
     "x[5m:1m] @ end() offset 3m"},
    {"DurationExpressionIsSpaced", "x[2m+3*step()]", "x[2m + 3 * step()]"},
    {"LiteralsInADurationExpressionStay", "x[60+1m]", "x[60 + 1m]"},
    {"ParenthesesOfADurationStay", "x[(1+step())*2]", "x[(1 + step()) * 2]"},
    {"ParenthesesOfALiteralDisappear", "x[(1)+(2)]", "x[1 + 2]"},
    {"NegativeBaseOfAPowerIsInParentheses", "x[(-2)^2]", "x[(-2) ^ 2]"},
    {"MinusOfADurationStays", "x offset -(1m + step())",
     "x offset -(1m + step())"},
    {"PlusOfADurationDisappears", "x offset +step()", "x offset step()"},
    {"MinOfIsSpaced", "x[min_of(1m,range())]", "x[min_of(1m, range())]"},
    {"StringsAreQuotedAsInGo", "'a\"b\\t\\x01\\u00a0é'",
     "\"a\\\"b\\t\\x01\\u00a0é\""},
    {"ReplacementCharacterStaysAnEscape",
     "'\\ufffd' + x{a=\"\\ufffd\"} + on (\"\\ufffd\") y",
     "\"\\ufffd\" + x{a=\"\\ufffd\"} + on (\"\\ufffd\") y"},
    {"RawStringIsQuoted", "`a\"b\\`", "\"a\\\"b\\\\\""},
    {"MinusIsNotSpaced", "- x", "-x"},
    {"PlusIsKept", "+ x", "+x"},
    {"MinusMinusIsNotSpaced", "- - x", "--x"},
    {"ParenthesesStay", "((x))", "((x))"},
    {"WordOperatorsAreLowerCase", "a AND b ATAN2 c", "a and b atan2 c"},
    {"AggregationsAreLowerCase", "TOPK(1, x)", "topk(1, x)"},
    {"FunctionArgumentsAreSpaced", "clamp(x,0,1)", "clamp(x, 0, 1)"},
};

class PrinterTest : public testing::TestWithParam<Case> {
 protected:
  ExprPtr Read(std::string_view text) {
    base::Diagnostics diagnostics;
    ExprPtr expr = ParseSyntax(text, diagnostics);
    EXPECT_NE(expr, nullptr) << text;
    return expr;
  }
};

TEST_P(PrinterTest, PrintsAsPrometheus) {
  const ExprPtr expr = Read(GetParam().query);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Print(*expr), GetParam().want);
}

TEST_P(PrinterTest, ReadsBackAsTheSameTree) {
  const ExprPtr expr = Read(GetParam().query);
  ASSERT_NE(expr, nullptr);
  const ExprPtr again = Read(Print(*expr));
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(Equal(*expr, *again)) << Dump(*expr) << " / " << Dump(*again);
}

INSTANTIATE_TEST_SUITE_P(Queries, PrinterTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

struct Different {
  const char* a;
  const char* b;
};

// What prints alike is equal, and this is not.
constexpr Different kDifferent[] = {
    {"1", "2"},
    {"60", "1m"},
    {"a", "b"},
    {"a", "-a"},
    {"a", "(a)"},
    {"a", "{\"a\"}"},
    {"a{b=\"c\"}", "a{b=~\"c\"}"},
    {"a[5m]", "a[6m]"},
    {"a[5m]", "a[5m:]"},
    {"a[5m:]", "a[5m:1m]"},
    {"a[5m] offset 1m", "a[5m] offset -1m"},
    {"a @ 1", "a @ 2"},
    {"a @ start()", "a @ end()"},
    {"a[5m] anchored", "a[5m] smoothed"},
    {"a[1 + step()]", "a[(1 + step())]"},
    {"a + b", "a - b"},
    {"a + b", "a + on () b"},
    {"a + on (x) b", "a + ignoring (x) b"},
    {"a + on (x) group_left () b", "a + on (x) group_right () b"},
    {"a + fill (1) b", "a + fill_left (1) b"},
    {"a > b", "a > bool b"},
    {"sum(a)", "sum without () (a)"},
    {"sum by (a) (b)", "sum by (c) (b)"},
    {"sum(a)", "avg(a)"},
    {"topk(1, a)", "topk(2, a)"},
    {"f(a)", "g(a)"},
    {"f(a)", "f(a, b)"},
    {"\"a\"", "\"b\""},
};

TEST(EqualTest, TellsTreesApart) {
  for (const Different& pair : kDifferent) {
    base::Diagnostics diagnostics;
    const ExprPtr a = ParseSyntax(pair.a, diagnostics);
    const ExprPtr b = ParseSyntax(pair.b, diagnostics);
    ASSERT_TRUE(a != nullptr && b != nullptr) << pair.a << " / " << pair.b;
    EXPECT_FALSE(Equal(*a, *b)) << pair.a << " / " << pair.b;
    EXPECT_TRUE(Equal(*a, *a) && Equal(*b, *b)) << pair.a << " / " << pair.b;
  }
}

TEST(TreeTest, ChildrenStandInTheirOrder) {
  base::Diagnostics diagnostics;
  const ExprPtr expr =
      ParseSyntax("topk(1, a) + f(b, c[5m], (d)[1m:])", diagnostics);
  ASSERT_NE(expr, nullptr);
  const ChildList sides = Children(*expr);
  ASSERT_EQ(sides.size(), 2U);
  std::string all;
  for (const ExprPtr& side : sides) {
    for (const ExprPtr& child : Children(*side)) all += Print(*child) + ";";
  }
  EXPECT_EQ(all, "1;a;b;c[5m];(d)[1m:];");
}

TEST(TreeTest, ParenthesesAreStripped) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = ParseSyntax("((a))", diagnostics);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Print(StripParens(*expr)), "a");
}

}  // namespace
}  // namespace promql
