// Query in, tree or error out.

#include "promql/syntax/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* want;
};

std::string Name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

constexpr Case kTrees[] = {
    // Numbers.
    {"IntegerIsANumber", "1", "1"},
    {"FractionMayLackItsInteger", ".5", "0.5"},
    {"FractionMayLackItsDigits", "5.", "5"},
    {"ExponentMayBeSigned", "1e-3", "0.001"},
    {"LeadingZeroIsOctal", "0755", "493"},
    {"LeadingZeroWithNineIsDecimal", "0799", "799"},
    {"HexadecimalIntegerIsRead", "0x1F", "31"},
    {"HexadecimalMayEndInE", "0x1e", "30"},
    {"UnderscoresPartDigits", "1_000_000", "1000000"},
    {"InfinityIsAnyCase", "iNf", "+Inf"},
    {"NotANumberIsAnyCase", "NaN", "NaN"},
    {"MinusFoldsIntoANumber", "-1", "-1"},
    {"PlusFoldsIntoANumber", "+1", "1"},
    {"TwoMinusesCancelInANumber", "- -1", "1"},
    {"DurationIsANumber", "1h30m", "1h30m"},
    {"IntegerBeyondInt64BecomesAFloat", "9223372036854775808",
     "9223372036854776000"},
    // Strings.
    {"DoubleQuotedStringHasEscapes", "\"a\\tb\\x41\\101\\u00e9\\U0001F600\"",
     "\"a\\tbAAé😀\""},
    {"SingleQuotedStringIsAString", "'it\\'s'", "\"it's\""},
    {"RawStringKeepsBackslashes", "`a\\d`", "\"a\\\\d\""},
    {"RawStringKeepsLineBreaks", "`a\nb`", "\"a\\nb\""},
    // Precedence.
    {"MulBindsTighterThanAdd", "1 + 2 * 3", "(+ 1 (* 2 3))"},
    {"AddGroupsLeft", "1 - 2 - 3", "(- (- 1 2) 3)"},
    {"PowGroupsRight", "2 ^ 3 ^ 2", "(^ 2 (^ 3 2))"},
    {"PowBindsTighterThanMul", "2 * 3 ^ 2", "(* 2 (^ 3 2))"},
    {"ModAndDivideAreOfOneLevel", "a / b % c",
     "(% (/ (vector a) (vector b)) (vector c))"},
    {"Atan2IsOfTheLevelOfMul", "a + b atan2 c",
     "(+ (vector a) (atan2 (vector b) (vector c)))"},
    {"ComparisonBindsLooserThanAdd", "a + b > c",
     "(> (+ (vector a) (vector b)) (vector c))"},
    {"TrimIsAComparison", "a </ b + c",
     "(</ (vector a) (+ (vector b) (vector c)))"},
    {"TrimLowerIsAComparison", "a >/ b", "(>/ (vector a) (vector b))"},
    {"AndBindsLooserThanComparison", "a > b and c < d",
     "(and (> (vector a) (vector b)) (< (vector c) (vector d)))"},
    {"OrBindsLooserThanAnd", "a or b and c",
     "(or (vector a) (and (vector b) (vector c)))"},
    {"UnlessIsOfTheLevelOfAnd", "a and b unless c",
     "(unless (and (vector a) (vector b)) (vector c))"},
    {"KeywordsAreOfAnyCase", "a AND b Or c",
     "(or (and (vector a) (vector b)) (vector c))"},
    {"ParenthesesGroup", "(1 + 2) * 3", "(* (paren (+ 1 2)) 3)"},
    {"MinusBindsLooserThanPow", "-a ^ 2", "(negate (^ (vector a) 2))"},
    {"MinusBindsAsMul", "-a * b", "(* (negate (vector a)) (vector b))"},
    {"MinusOnTheRightOfPow", "2 ^ -a * b",
     "(* (^ 2 (negate (vector a))) (vector b))"},
    {"MinusOfAMinus", "--a", "(negate (negate (vector a)))"},
    {"PlusOfASelectorIsKept", "+a", "(plus (vector a))"},
    {"MinusOfAPowOfNumbersIsNotFolded", "-1 ^ 2", "(negate (^ 1 2))"},
    // Selectors.
    {"NameAloneSelects", "up", "(vector up)"},
    {"NameMayHaveColons", "job:up:sum", "(vector job:up:sum)"},
    {"NameMayStartWithAColon", ":up", "(vector :up)"},
    {"BracesMayBeEmptyBehindAName", "up{}", "(vector up)"},
    {"AllMatchersAreRead", "up{a=\"1\",b!=\"2\",c=~\"3\",d!~\"4\"}",
     "(vector up{a=\"1\",b!=\"2\",c=~\"3\",d!~\"4\"})"},
    {"TrailingCommaOfMatchersIsAllowed", "up{a=\"1\",}",
     "(vector up{a=\"1\"})"},
    {"NameMayStandInTheBraces", "{\"http.requests\",code=\"200\"}",
     "(vector {__name__=\"http.requests\",code=\"200\"})"},
    {"LabelNameMayBeQuoted", "{\"a.b\"=\"c\"}", "(vector {\"a.b\"=\"c\"})"},
    {"CommentEndsAtItsLine", "up # nothing \n + 1", "(+ (vector up) 1)"},
    {"CommentMayStandInBraces", "up{ # x\n a=\"b\"}", "(vector up{a=\"b\"})"},
    {"AggregationNameIsAMetricWithoutParenthesis", "sum + count",
     "(+ (vector sum) (vector count))"},
    {"KeywordIsAMetric", "by + without", "(+ (vector by) (vector without))"},
    {"SetOperatorIsAMetricAtTheStart", "and and or",
     "(and (vector and) (vector or))"},
    {"StartIsAMetricWithoutParenthesis", "start + end",
     "(+ (vector start) (vector end))"},
    {"FillIsAMetricWithoutParenthesis", "a + fill",
     "(+ (vector a) (vector fill))"},
    {"OffsetIsAMetric", "offset offset 5m", "(vector offset offset 5m)"},
    {"KeywordsInBracesAreLabels", "up{by=\"x\",on=\"y\"}",
     "(vector up{by=\"x\",on=\"y\"})"},
    // Ranges and modifiers.
    {"RangeIsADuration", "up[5m]", "(matrix [5m] (vector up))"},
    {"RangeMayBeANumber", "up[300]", "(matrix [5m] (vector up))"},
    {"RangeMayHaveSeveralUnits", "up[1h30m5s]",
     "(matrix [1h30m5s] (vector up))"},
    {"RangeMayBeSpaced", "up[ 5m ]", "(matrix [5m] (vector up))"},
    {"OffsetFollowsTheRange", "up[5m] offset 1h",
     "(matrix [5m] (vector up offset 1h))"},
    {"OffsetMayBeNegative", "up offset -1h", "(vector up offset -1h)"},
    {"OffsetMayBeANumber", "up offset 60", "(vector up offset 1m)"},
    {"OffsetOfZeroIsNone", "up offset 0s", "(vector up)"},
    {"OffsetTakesOneLiteral", "up offset 100 + 2",
     "(+ (vector up offset 1m40s) 2)"},
    {"OffsetTakesOneCall", "up offset step() * 2",
     "(* (vector up offset step()) 2)"},
    {"OffsetTakesASignedCall", "up offset -min_of(step(), 1s) + 8000",
     "(+ (vector up offset -min_of(step(), 1s)) 8000)"},
    {"OffsetTakesParentheses", "up offset (2 * 2)",
     "(vector up offset (2 * 2))"},
    {"OffsetTakesSignedParentheses", "up offset -(2m + step())",
     "(vector up offset -(2m + step()))"},
    {"AtTakesATime", "up @ 1603774568", "(vector up @ 1603774568.000)"},
    {"AtTakesAFraction", "up @ 1603774568.5", "(vector up @ 1603774568.500)"},
    {"AtTakesASign", "up @ -5", "(vector up @ -5.000)"},
    {"AtTakesStart", "up @ start()", "(vector up @ start())"},
    {"AtTakesEnd", "up @ END()", "(vector up @ end())"},
    {"AtStartMayStandBeforeTheRange", "up @ start() [5m]",
     "(matrix [5m] (vector up @ start()))"},
    {"AtAndOffsetMayBeInEitherOrder", "up @ 5 offset 1h",
     "(vector up @ 5.000 offset 1h)"},
    {"OffsetAndAtMayBeInEitherOrder", "up offset 1h @ 5",
     "(vector up @ 5.000 offset 1h)"},
    {"AnchoredFollowsARange", "up[5m] anchored",
     "(matrix [5m] (vector up anchored))"},
    {"SmoothedFollowsASelector", "up smoothed offset 5m",
     "(vector up smoothed offset 5m)"},
    {"SmoothedMayFollowTheOffset", "up[5m] offset 5m smoothed",
     "(matrix [5m] (vector up smoothed offset 5m))"},
    {"PostfixBindsTighterThanMinus", "-up offset 5m",
     "(negate (vector up offset 5m))"},
    {"PostfixBindsToTheRightOperand", "a + b offset 5m",
     "(+ (vector a) (vector b offset 5m))"},
    // Subqueries.
    {"SubqueryHasAStep", "up[1h:5m]", "(subquery [1h:5m] (vector up))"},
    {"SubqueryStepMayBeLeftOut", "up[1h:]", "(subquery [1h:] (vector up))"},
    {"SubqueryTakesAnyExpression", "(a + b)[1h:1m]",
     "(subquery [1h:1m] (paren (+ (vector a) (vector b))))"},
    {"SubqueryOfACall", "rate(up[5m])[1h:1m] offset 1d @ 7",
     "(subquery [1h:1m] @ 7.000 offset 1d (call rate (matrix [5m] (vector "
     "up))))"},
    {"SubqueryOfASubquerysFunction", "max_over_time(rate(up[5m])[1h:1m])[2h:]",
     "(subquery [2h:] (call max_over_time (subquery [1h:1m] (call rate (matrix "
     "[5m] (vector up))))))"},
    {"SubqueryBehindOffset", "up offset 5m[1h:]",
     "(subquery [1h:] (vector up offset 5m))"},
    // Duration expressions.
    {"RangeMayBeASum", "up[2m + 30s]", "(matrix [(+ 2m 30s)] (vector up))"},
    {"DurationPrecedenceIsThatOfNumbers", "up[1m + 2 * 3s]",
     "(matrix [(+ 1m (* 2 3s))] (vector up))"},
    {"DurationParenthesesGroup", "up[(1m + 2) * 3]",
     "(matrix [(* (+ 1m 2) 3)] (vector up))"},
    {"ParenthesesAroundALiteralMeanNothing", "up[(5m)]",
     "(matrix [5m] (vector up))"},
    {"StepIsTheQuerys", "up[step() * 2]",
     "(matrix [(* step() 2)] (vector up))"},
    {"RangeFunctionIsTheQuerys", "up[range()]",
     "(matrix [range()] (vector up))"},
    {"MaxOfTakesTwo", "up[max_of(step(), 1m)]",
     "(matrix [(max_of step() 1m)] (vector up))"},
    {"DurationWordsAreOfAnyCase", "up[STEP() + 1]",
     "(matrix [(+ step() 1)] (vector up))"},
    {"SubqueryStepMayBeAnExpression", "up[1h:step() / 2]",
     "(subquery [1h:(/ step() 2)] (vector up))"},
    {"MinusFoldsIntoADuration", "up[-5m + 35m]",
     "(matrix [(+ -5m 35m)] (vector up))"},
    {"PowOfDurationsGroupsRight", "up[2 ^ 3 ^ 2]",
     "(matrix [(^ 2 (^ 3 2))] (vector up))"},
    // Calls.
    {"CallHasArguments", "clamp(a, 0, 1)", "(call clamp (vector a) 0 1)"},
    {"CallMayHaveNone", "time()", "(call time)"},
    {"CallsNest", "sum_over_time(rate(a[5m])[1h:])",
     "(call sum_over_time (subquery [1h:] (call rate (matrix [5m] (vector "
     "a)))))"},
    {"StartIsAFunctionWithParenthesis", "start() + step()",
     "(+ (call start) (call step))"},
    {"MinOfIsAFunctionWithParenthesis", "min_of(1, 2)", "(call min_of 1 2)"},
    // Aggregations.
    {"AggregationNeedsNoGrouping", "sum(a)", "(sum (vector a))"},
    {"GroupingMayStandBefore", "sum by (a, b) (c)",
     "(sum (by a b) (vector c))"},
    {"GroupingMayStandBehind", "sum(c) by (a, b)", "(sum (by a b) (vector c))"},
    {"GroupingMayHaveATrailingComma", "sum by (a,) (c)",
     "(sum (by a) (vector c))"},
    {"EmptyByGroupsAll", "sum by () (c)", "(sum (vector c))"},
    {"EmptyWithoutIsKept", "sum without () (c)", "(sum (without) (vector c))"},
    {"AggregationTakesAParameter", "topk(3, a)", "(topk 3 (vector a))"},
    {"AggregationParameterMayBeAString", "count_values(\"v\", a)",
     "(count_values \"v\" (vector a))"},
    {"KeywordsAreLabels",
     "sum by (by, on, sum, bool, group_left, atan2, and, offset) (a)",
     "(sum (by by on sum bool group_left atan2 and offset) (vector a))"},
    {"QuotedLabelsGroup", "sum by (\"a.b\", c) (d)",
     "(sum (by \"a.b\" c) (vector d))"},
    {"AggregationNamesAreOfAnyCase", "SuM(a)", "(sum (vector a))"},
    {"LimitRatioTakesAParameter", "limit_ratio(-0.5, a)",
     "(limit_ratio -0.5 (vector a))"},
    {"QuantileOfACall", "quantile without (x) (0.9, rate(a[5m]))",
     "(quantile (without x) 0.9 (call rate (matrix [5m] (vector a))))"},
    // Matching.
    {"OnListsLabels", "a + on(x, y) b", "(+ on (x, y) (vector a) (vector b))"},
    {"IgnoringListsLabels", "a + ignoring(x) b",
     "(+ ignoring (x) (vector a) (vector b))"},
    {"EmptyOnIsKept", "a + on() b", "(+ on () (vector a) (vector b))"},
    {"GroupLeftIncludesLabels", "a * on(x) group_left(y, z) b",
     "(* on (x) group_left (y, z) (vector a) (vector b))"},
    {"GroupRightMayLackLabels", "a * ignoring(x) group_right b",
     "(* ignoring (x) group_right () (vector a) (vector b))"},
    {"BoolComesFirst", "a > bool on(x) b",
     "(> bool on (x) (vector a) (vector b))"},
    {"SetOperatorIsManyToMany", "a and on(x) b",
     "(and on (x) (vector a) (vector b))"},
    {"FillOnBothSides", "a + fill(0) b", "(+ fill (0) (vector a) (vector b))"},
    {"FillOnTheLeft", "a + on(x) fill_left(-1) b",
     "(+ on (x) fill_left (-1) (vector a) (vector b))"},
    {"FillInEitherOrder", "a + fill_right(2) fill_left(1) b",
     "(+ fill_left (1) fill_right (2) (vector a) (vector b))"},
    {"EqualFillsAreOne", "a + fill_left(1) fill_right(1) b",
     "(+ fill (1) (vector a) (vector b))"},
    {"FillBehindGrouping", "a + on(x) group_left(y) fill(1m) b",
     "(+ on (x) group_left (y) fill (60) (vector a) (vector b))"},
    {"QuotedLabelsMatch", "a + on(\"x.y\") b",
     "(+ on (\"x.y\") (vector a) (vector b))"},
};

class ParserTest : public testing::TestWithParam<Case> {};

TEST_P(ParserTest, Parses) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = ParseSyntax(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr) << diagnostics.first_error().message;
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(Dump(*expr), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Grammar, ParserTest, testing::ValuesIn(kTrees), Name);

// Every way to make a tree deep.
std::string Repeat(const char* text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

struct Deep {
  const char* name;
  const char* before;  // Repeated, as is `after`.
  const char* middle;
  const char* after;
};

constexpr Deep kDeep[] = {
    {"Parentheses", "(", "a", ")"},     {"Calls", "abs(", "a", ")"},
    {"Aggregations", "sum(", "a", ")"}, {"Minuses", "-", "a", ""},
    {"LeftOperands", "", "a", "+a"},    {"RightOperands", "2^", "2", ""},
    {"Subqueries", "", "a", "[5m:]"},
};

class DepthTest : public testing::TestWithParam<Deep> {
 protected:
  std::string Query(int times) const {
    return Repeat(GetParam().before, times) + GetParam().middle +
           Repeat(GetParam().after, times);
  }
};

TEST_P(DepthTest, IsBounded) {
  for (const int times : {2000, 50000}) {
    base::Diagnostics diagnostics;
    EXPECT_EQ(ParseSyntax(Query(times), diagnostics), nullptr);
    EXPECT_EQ(diagnostics.all().size(), 1U);
    EXPECT_EQ(diagnostics.first_error().code, "too-deep");
  }
}

TEST_P(DepthTest, OfAHundredIsFine) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = ParseSyntax(Query(100), diagnostics);
  ASSERT_NE(expr, nullptr);
  EXPECT_FALSE(Print(*expr).empty());
}

INSTANTIATE_TEST_SUITE_P(Hostile, DepthTest, testing::ValuesIn(kDeep),
                         [](const auto& test) { return test.param.name; });

TEST(DepthTest, OfADurationIsBounded) {
  for (const char* part : {"(", "-", "1+", "1^"}) {
    base::Diagnostics diagnostics;
    EXPECT_EQ(ParseSyntax("a[" + Repeat(part, 50000) + "1]", diagnostics),
              nullptr);
    EXPECT_EQ(diagnostics.first_error().code, "too-deep");
  }
}

TEST(ParserTest, AnyFunctionIsAcceptedWithoutAList) {
  base::Diagnostics diagnostics;
  EXPECT_NE(ParseSyntax("no_such_function(1)", diagnostics), nullptr);
}

TEST(DepthTest, IsAnOption) {
  base::Diagnostics diagnostics;
  EXPECT_NE(ParseSyntax("((a))", diagnostics, {.max_depth = 3}), nullptr);
  EXPECT_EQ(ParseSyntax("(((a)))", diagnostics, {.max_depth = 3}), nullptr);
  EXPECT_EQ(diagnostics.first_error().message,
            "expression is nested more than 3 levels deep");
}

}  // namespace
}  // namespace promql
