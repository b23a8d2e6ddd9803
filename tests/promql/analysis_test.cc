// What promql/check derives from an expression and the nine metrics.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"
#include "promql/check/label_losses.h"
#include "promql/check/parse.h"
#include "promql/check/selectors.h"
#include "promql/check/value_ranges.h"
#include "schema/schema.h"

namespace promql {
namespace {

const schema::Schema& Ours() {
  static const auto* const schema = new schema::Schema(schema::Schema::Ours());
  return *schema;
}

ExprPtr MustParse(const std::string& text) {
  base::Diagnostics diagnostics;
  ExprPtr expr = Parse(text, diagnostics);
  EXPECT_NE(expr, nullptr) << PrometheusError(text, diagnostics);
  return expr;
}

struct LossCase {
  const char* name;
  const char* query;
  const char* label;
  const char* want;  // The losses with their columns; "" when it can be there.
};

constexpr LossCase kLosses[] = {
    {"SelectorMayHaveAny", "foo", "a", ""},
    {"EmptyMatcherRulesItOut", "foo{a=\"\"}", "a",
     "5 a=\"\" selects series without it"},
    {"SchemaKnowsTheLabels", "deployment_frequency", "status",
     "1 deployment_frequency has no label \"status\""},
    {"TargetLabelsAreThere", "deployment_frequency", "instance", ""},
    {"ByKeepsItsOwn", "sum by (a) (foo)", "a", ""},
    {"ByRemovesOthers", "sum by (a) (foo)", "b",
     "1 sum by (a) removes every other label"},
    {"TheInnermostLossIsTold", "sum by (a) (sum by (b) (foo))", "a",
     "13 sum by (b) removes every other label"},
    {"WithoutKeepsOthers", "sum without (a) (foo)", "b", ""},
    {"TopkKeepsAll", "topk(3, foo)", "a", ""},
    {"CountValuesSets", "count_values(\"v\", foo)", "v", ""},
    {"FunctionsDropTheName", "rate(foo[5m])", "__name__",
     "1 rate() removes the metric name"},
    {"LastOverTimeKeepsTheName", "last_over_time(foo[5m])", "__name__", ""},
    {"QuantileReadsLe", "histogram_quantile(0.9, foo)", "le",
     "1 histogram_quantile() removes le"},
    {"LabelReplaceSets", "label_replace(sum(foo), \"a\", \"x\", \"\", \"\")",
     "a", ""},
    {"LabelReplaceSetsNoOther",
     "label_replace(sum(foo), \"a\", \"x\", \"\", \"\")", "b",
     "15 sum() removes every label"},
    {"ScalarArithmeticKeeps", "foo * 100 > 5", "a", ""},
    {"BothSidesMustHaveIt", "foo / sum(bar)", "a",
     "7 sum() removes every label"},
    {"BothLost", "sum(foo) / sum(bar)", "a",
     "1 sum() removes every label, 12 sum() removes every label"},
    {"OnKeepsOnlyItsOwn", "foo / on (a) bar", "b", "5 / on (a) removes b"},
    {"IgnoringRemoves", "foo > ignoring (a) bar", "a",
     "5 > ignoring (a) removes a"},
    {"ManySideKeeps", "foo * on (a) group_left () sum by (a) (bar)", "b", ""},
    {"GroupLeftBrings", "foo * on (a) group_left (v) bar", "v", ""},
    {"GroupLeftCannotBringWhatIsLost",
     "foo * on (a) group_left (v) sum by (a) (bar)", "v",
     "29 sum by (a) removes every other label"},
    {"OneOfTheArms", "sum(foo) or bar", "a", ""},
    {"NeitherArm", "sum(foo) or sum(bar)", "a",
     "1 sum() removes every label, 13 sum() removes every label"},
    {"AndNeedsItOnBothSides", "foo and sum(bar)", "a",
     "9 sum() removes every label"},
    {"AndOnKeepsTheLeft", "foo and on () sum(bar)", "a", ""},
    {"UnlessKeepsTheLeft", "foo unless sum(bar)", "a", ""},
    {"AbsentPinsEqual", "absent(foo{a=\"b\"})", "a", ""},
    {"AbsentDropsRegexps", "absent(foo{a=~\"b\"})", "a",
     "1 absent() has only the labels that its selector sets with ="},
    {"AbsentOfAnExpression", "absent(sum(foo{a=\"b\"}))", "a",
     "1 absent() has only the labels that its selector sets with ="},
    {"VectorHasNone", "vector(1)", "a", "1 vector() has no labels"},
    {"NumberHasNone", "1", "a", "1 a number has no labels"},
};

class LabelLossTest : public testing::TestWithParam<LossCase> {};

TEST_P(LabelLossTest, Finds) {
  const ExprPtr expr = MustParse(GetParam().query);
  ASSERT_NE(expr, nullptr);
  const SchemaFacts facts(Ours());
  std::string got;
  for (const LabelLoss& loss :
       FindLabelLosses(*expr, GetParam().label, facts)) {
    absl::StrAppendFormat(&got, "%s%d %s", got.empty() ? "" : ", ",
                          loss.span.begin + 1, loss.message);
  }
  EXPECT_EQ(got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Labels, LabelLossTest, testing::ValuesIn(kLosses),
                         [](const auto& test) { return test.param.name; });

struct ValueCase {
  const char* name;
  const char* query;
  const char* want;  // The values; "!" for each impossible comparison.
};

constexpr ValueCase kValues[] = {
    {"Number", "5", "[5, 5]"},
    {"Unknown", "foo", "[-Inf, +Inf]"},
    {"Up", "up", "[0, 1]"},
    {"OneMinusUp", "1 - up", "[0, 1]"},
    {"DifferenceOfCounts", "deployment_frequency - deployment_frequency",
     "[-Inf, +Inf]"},
    {"Product", "up * -3", "[-3, 0]"},
    {"Negated", "-canary_traffic_percentage", "[-100, 0]"},
    {"QuotientOfPositives", "up / 4", "[0, 0.25]"},
    {"QuotientByWhatCanBeZero", "up / up", "[0, +Inf]"},
    {"QuotientOfUnknowns", "foo / bar", "[-Inf, +Inf]"},
    {"Modulo", "deployment_frequency % 7", "[0, 7)"},
    {"FilterNarrows", "canary_traffic_percentage > 10", "(10, 100]"},
    {"FilterFromTheLeft", "10 < canary_traffic_percentage", "(10, 100]"},
    {"EqualNarrowsToOne", "canary_traffic_percentage == 50", "[50, 50]"},
    {"NotEqualDoesNot", "up != 1", "[0, 1]"},
    {"Bool", "foo > bool 1", "[0, 1]"},
    {"OpenEndsDoNotMeet", "up > 0 <= 0", "! never"},
    {"ClosedEndsMeet", "up >= 1 <= 1", "[1, 1]"},
    {"TwoVectors", "up > deployment_frequency", "(0, 1]"},
    {"TwoVectorsThatNeverMeet", "up > canary_traffic_percentage + 2",
     "! never"},
    {"OrIsEither", "up == 0 or vector(7)", "[0, 7]"},
    {"OrOfNever", "up > 1 or vector(7)", "! [7, 7]"},
    {"AndOfNever", "up and (up > 1)", "! never"},
    {"UnlessOfNever", "up unless (up > 1)", "! [0, 1]"},
    {"NeverIsSaidOnce", "sum(up > 1) > 5", "! never"},
    {"AbsentOfNever", "absent(up > 1)", "! [1, 1]"},
    {"CountIsNeverZero", "count(foo) == 0", "! never"},
    {"SumGrows", "sum(up)", "[0, +Inf]"},
    {"AverageDoesNot", "avg(up)", "[0, 1]"},
    {"QuantileInside", "quantile(0.5, up)", "[0, 1]"},
    {"QuantileOutside", "quantile(1.5, up)", "[-Inf, +Inf]"},
    {"RateOfACounter", "rate(deployment_total[5m])", "[0, +Inf]"},
    {"RateOfAnUnknown", "rate(foo[5m])", "[0, +Inf]"},
    {"RateOfASubquery", "rate((foo - bar)[5m:1m])", "[-Inf, +Inf]"},
    {"Clamp", "clamp(foo, 2, 3)", "[2, 3]"},
    {"ClampMax", "clamp_max(up, 0.5)", "[0, 0.5]"},
    {"Abs", "abs(canary_traffic_percentage - 60)", "[0, 60]"},
    {"Ceil", "ceil(up / 3)", "[0, 1]"},
    {"RoundToANumber", "round(up, 0.3)", "[0, +Inf]"},
    {"BucketsBoundTheQuantile",
     "histogram_quantile(0.9, sum by (le) "
     "(rate(smoke_test_duration_seconds_bucket[5m])))",
     "[0, 300]"},
    {"ShareOfSums", "sum(rate(a_total{x=\"1\"}[5m])) / sum(rate(a_total[5m]))",
     "[0, 1]"},
    {"ShareInPercent",
     "100 * sum by (j) (rate(a_total{x=\"1\"}[5m])) / sum by (j) "
     "(rate(a_total[5m]))",
     "[0, 100]"},
    {"ShareOfAGuardedWhole",
     "sum(rate(a_total{x=\"1\"}[5m])) / (sum(rate(a_total[5m])) > 0)",
     "[0, 1]"},
    {"ShareOfCounts", "count(foo == 1) / count(foo)", "[0, 1]"},
    {"BucketOfCount",
     "sum(rate(a_bucket{le=\"1\"}[5m])) / sum(rate(a_count[5m]))", "[0, 1]"},
    {"FinerShare",
     "sum by (a, b) (rate(t[5m])) / on (a) group_left () sum by (a) "
     "(rate(t[5m]))",
     "[0, 1]"},
    {"NoShareOfAnotherMetric",
     "sum(rate(a_total[5m])) / sum(rate(b_total[5m]))", "[0, +Inf]"},
    {"NoShareOfFewerSeries",
     "sum(rate(a_total[5m])) / sum(rate(a_total{x=\"1\"}[5m]))", "[0, +Inf]"},
    {"NoShareOfAnotherWindow",
     "sum(rate(a_total{x=\"1\"}[5m])) / sum(rate(a_total[1h]))", "[0, +Inf]"},
    {"NoShareOfAnotherTime",
     "sum(rate(a_total[5m])) / sum(rate(a_total[5m] offset 1d))", "[0, +Inf]"},
    {"NoShareOfAnotherGroup",
     "sum by (a) (rate(t[5m])) / on () group_left () sum by (b) (rate(t[5m]))",
     "[0, +Inf]"},
    {"SelectsNothing", "deployment_total{status=\"lost\"} > 0", "never"},
};

class ValueTest : public testing::TestWithParam<ValueCase> {};

TEST_P(ValueTest, Propagates) {
  const ExprPtr expr = MustParse(GetParam().query);
  ASSERT_NE(expr, nullptr);
  const SchemaFacts facts(Ours());
  const ValueAnalysis analysis = AnalyseValues(*expr, facts);
  std::string got;
  for (const ImpossibleComparison& impossible : analysis.impossible) {
    ASSERT_NE(impossible.comparison, nullptr);
    got += "! ";
  }
  EXPECT_EQ(got + ToString(analysis.values), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Values, ValueTest, testing::ValuesIn(kValues),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace promql
