// Query in, the first type error or the query itself out.

#include "promql/check/types.h"

#include <gtest/gtest.h>

#include <string>

#include "base/diagnostic.h"
#include "promql/check/parse.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* want;
};

constexpr Case kCases[] = {
    // Arguments.
    {"RangeVectorWanted", "rate(up)",
     "1:6: parse error: expected type range vector in call to function "
     "\"rate\", got instant vector"},
    {"RangeVectorWantedOfAnExpression", "rate(a + b)",
     "1:6: parse error: expected type range vector in call to function "
     "\"rate\", got instant vector"},
    {"InstantVectorWanted", "abs(up[5m])",
     "1:5: parse error: expected type instant vector in call to function "
     "\"abs\", got range vector"},
    {"ScalarWanted", "clamp(up, up, 1)",
     "1:11: parse error: expected type scalar in call to function \"clamp\", "
     "got instant vector"},
    {"StringWanted", "label_replace(up, 1, \"\", \"\", \"\")",
     "1:19: parse error: expected type string in call to function "
     "\"label_replace\", got scalar"},
    {"NumberIsNoVector", "abs(1)",
     "1:5: parse error: expected type instant vector in call to function "
     "\"abs\", got scalar"},
    {"StringIsNoVector", "abs(\"a\")",
     "1:5: parse error: expected type instant vector in call to function "
     "\"abs\", got string"},
    {"TooManyArguments", "rate(up[5m], 3)",
     "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2"},
    {"TooFewArguments", "rate()",
     "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 0"},
    {"TooFewOfAnOptional", "round()",
     "1:1: parse error: expected at least 1 argument(s) in call to \"round\", "
     "got 0"},
    {"TooManyOfAnOptional", "round(up, 1, 2)",
     "1:1: parse error: expected at most 2 argument(s) in call to \"round\", "
     "got 3"},
    {"TooFewOfAnyNumber", "label_join(up, \"a\")",
     "1:1: parse error: expected at least 3 argument(s) in call to "
     "\"label_join\", got 2"},
    {"NoQuantile", "histogram_quantiles(v, \"q\")",
     "1:1: parse error: expected at least 3 argument(s) in call to "
     "\"histogram_quantiles\", got 2"},
    {"OptionalMayBeLeftOut", "round(up)", "round(up)"},
    {"OptionalMayBeGiven", "round(up, 5)", "round(up, 5)"},
    {"AnyNumberMayBeGiven", "label_join(up, \"a\", \",\", \"b\", \"c\", \"d\")",
     "label_join(up, \"a\", \",\", \"b\", \"c\", \"d\")"},
    {"DateOfNothing", "hour()", "hour()"},
    {"InnerErrorsComeFirst", "abs(rate(up))",
     "1:10: parse error: expected type range vector in call to function "
     "\"rate\", got instant vector"},
    // Aggregations.
    {"AggregationOfAScalar", "sum(1)",
     "1:5: parse error: expected type instant vector in aggregation "
     "expression, got scalar"},
    {"AggregationOfAString", "sum(\"a\")",
     "1:5: parse error: expected type instant vector in aggregation "
     "expression, got string"},
    {"AggregationOfARange", "sum(up[5m])",
     "1:5: parse error: expected type instant vector in aggregation "
     "expression, got range vector"},
    {"ParameterIsAVector", "topk(up, up)",
     "1:6: parse error: expected type scalar in aggregation parameter, got "
     "instant vector"},
    {"ParameterIsAString", "topk(\"a\", up)",
     "1:6: parse error: expected type scalar in aggregation parameter, got "
     "string"},
    {"ParameterIsNoString", "count_values(5, up)",
     "1:14: parse error: expected type string in aggregation parameter, got "
     "scalar"},
    // Operators.
    {"StringOperandOnTheLeft", "\"a\" + 1",
     "1:1: parse error: binary expression must contain only scalar and instant "
     "vector types"},
    {"StringOperandOnTheRight", "1 + \"a\"",
     "1:5: parse error: binary expression must contain only scalar and instant "
     "vector types"},
    {"RangeOperand", "up[5m] + 1",
     "1:1: parse error: binary expression must contain only scalar and instant "
     "vector types"},
    {"SetOperatorOfScalars", "1 and 1",
     "1:1: parse error: set operator \"and\" not allowed in binary scalar "
     "expression"},
    {"SetOperatorOfAScalarAndAVector", "up or 1",
     "1:1: parse error: set operator \"or\" not allowed in binary scalar "
     "expression"},
    {"ComparisonOfScalarsNeedsBool", "1 == 1",
     "1:3: parse error: comparisons between scalars must use BOOL modifier"},
    {"ComparisonOfScalarCallsNeedsBool", "time() > scalar(up)",
     "1:8: parse error: comparisons between scalars must use BOOL modifier"},
    {"ComparisonOfScalarsWithBool", "1 == bool 1", "1 == bool 1"},
    {"ComparisonWithAVectorNeedsNoBool", "1 == up", "1 == up"},
    {"BoolOfArithmetic", "1 + bool 1",
     "1:3: parse error: bool modifier can only be used on comparison "
     "operators"},
    {"BoolOfATrim", "up </ bool 1",
     "1:4: parse error: bool modifier can only be used on comparison "
     "operators"},
    {"MatchingOfAScalar", "up + on(x) 1",
     "1:1: parse error: vector matching only allowed between instant vectors"},
    {"MatchingOfScalars", "1 + on(x) 2",
     "1:1: parse error: vector matching only allowed between instant vectors"},
    {"EmptyMatchingOfAScalarIsForgotten", "up + on() 1 * ignoring() 2",
     "up + 1 * 2"},
    {"GroupOfAScalarIsForgotten", "time() - on() group_left(x) up",
     "time() - up"},
    {"GroupingOfASetOperator", "a and on(x) group_left b",
     "1:1: parse error: no grouping allowed for \"and\" operation"},
    {"LabelInOnAndGroup", "a + on(x, y) group_left(y) b",
     "1:3: parse error: label \"y\" must not occur in ON and GROUP clause at "
     "once"},
    {"FillOfAScalar", "up + fill(1) 2",
     "1:1: parse error: filling in missing series only allowed between instant "
     "vectors"},
    {"FillOfASetOperator", "a and fill(1) b",
     "1:1: parse error: filling in missing series not allowed for set "
     "operators"},
    {"MinusOfAString", "-\"a\"",
     "1:1: parse error: unary expression only allowed on expressions of type "
     "scalar or instant vector, got \"string\""},
    {"MinusOfARange", "-up[5m]",
     "1:1: parse error: unary expression only allowed on expressions of type "
     "scalar or instant vector, got \"range vector\""},
    // Selectors.
    {"SelectorOfEverything", "{}",
     "1:1: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    {"SelectorOfAnEmptyValue", "{a=\"\"}",
     "1:1: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    {"SelectorOfARegexpThatMatchesNothing", "{a=~\".*\"}",
     "1:1: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    {"SelectorOfANegativeMatcher", "{a!=\"b\"}",
     "1:1: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    {"SelectorOfAValue", "{a=~\".+\"}", "{a=~\".+\"}"},
    {"SelectorOfEverythingInARange", "rate({a=\"\"}[5m])",
     "1:6: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    {"NameTwice", "up{__name__=\"down\"}",
     "1:1: parse error: metric name must not be set twice: \"up\" or \"down\""},
    {"NameTwiceWithARegexp", "up{__name__=~\"down\"}",
     "1:1: parse error: metric name must not be set twice: \"up\" or \"down\""},
    {"NameTwiceInBraces", "{\"up\",__name__=\"down\"}",
     "1:1: parse error: metric name must not be set twice: \"up\" or \"down\""},
    {"NameThatIsEmptyIsNone", "{__name__=\"\",\"up\"}",
     "{__name__=\"\",__name__=\"up\"}"},
    {"NameAndNegativeName", "{__name__=~\"up.*\",__name__!=\"upper\"}",
     "{__name__!=\"upper\",__name__=~\"up.*\"}"},
    // Subqueries.
    {"SubqueryOfAScalar", "1[5m:]",
     "1:1: parse error: subquery is only allowed on instant vector, got scalar "
     "instead"},
    {"SubqueryOfARange", "up[5m][5m:]",
     "1:1: parse error: subquery is only allowed on instant vector, got matrix "
     "instead"},
    // info().
    {"InfoTakesLabels", "info(up, {a=\"b\"})", "info(up, {a=\"b\"})"},
    {"InfoMayTakeEverything", "info(up, {})", "info(up, {})"},
    {"InfoTakesNoName", "info(up, target_info{a=\"b\"})",
     "1:10: parse error: expected label selectors only, got vector selector "
     "instead"},
    {"InfoTakesNoExpression", "info(up, abs(up))",
     "1:10: parse error: expected label selectors only"},
    {"OneSelectorOnlyMayMatchEverything", "info({}, {})",
     "1:6: parse error: vector selector must contain at least one non-empty "
     "matcher"},
    // Several.
    {"AllErrorsAreTold", "rate(up) + abs(\"a\") + sum(1)",
     "1:6: parse error: expected type range vector in call to function "
     "\"rate\", got instant vector"},
};

class TypesTest : public testing::TestWithParam<Case> {};

TEST_P(TypesTest, AreChecked) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(GetParam().query, diagnostics);
  EXPECT_EQ(expr == nullptr, !diagnostics.ok());
  EXPECT_EQ(
      expr ? Print(*expr) : PrometheusError(GetParam().query, diagnostics),
      GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Queries, TypesTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(TypeOfTest, IsThatOfTheValue) {
  const std::pair<const char*, ValueType> cases[] = {
      {"1", ValueType::kScalar},
      {"\"a\"", ValueType::kString},
      {"a", ValueType::kInstantVector},
      {"a[5m]", ValueType::kRangeVector},
      {"a[5m:]", ValueType::kRangeVector},
      {"rate(a[5m])", ValueType::kInstantVector},
      {"time()", ValueType::kScalar},
      {"sum(a)", ValueType::kInstantVector},
      {"1 + time()", ValueType::kScalar},
      {"1 + a", ValueType::kInstantVector},
      {"a > bool 1", ValueType::kInstantVector},
      {"-a", ValueType::kInstantVector},
      {"-(1 + 2)", ValueType::kScalar},
  };
  for (const auto& [query, want] : cases) {
    base::Diagnostics diagnostics;
    const ExprPtr expr = Parse(query, diagnostics);
    ASSERT_NE(expr, nullptr) << query;
    EXPECT_EQ(ValueTypeName(TypeOf(*expr)), ValueTypeName(want)) << query;
  }
}

}  // namespace
}  // namespace promql
