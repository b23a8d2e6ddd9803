#include "promql/syntax/pretty_printer.h"

#include <gtest/gtest.h>

#include "base/diagnostic.h"
#include "promql/check/parse.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* want;  // What Prometheus 2.42's /api/v1/format_query answers.
};

class PrettyPrinterTest : public testing::TestWithParam<Case> {};

TEST_P(PrettyPrinterTest, PrintsWhatParsesToTheSameTree) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  const std::string pretty = PrettyPrint(*expr);
  EXPECT_EQ(pretty, GetParam().want);
  const ExprPtr again = Parse(pretty, diagnostics);
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(Equal(*expr, *again));
}

constexpr Case kCases[] = {
    {"ShortStaysOnItsLine", "sum(rate(x[5m]))by(a)",
     "sum by (a) (rate(x[5m]))"},
    {"LongSelectorIsNotSplit",
     "a_metric_with_quite_a_long_name{environment=\"production\",status="
     "\"failed\","
     "region=\"somewhere-far-away\",zone=\"b\"}",
     "a_metric_with_quite_a_long_name{environment=\"production\",region="
     "\"somewhere-far-away\",status=\"failed\",zone=\"b\"}"},
    {"OperatorStandsAlone",
     "sum by (environment) "
     "(increase(deployment_total{status=\"failed\"}[30m])) / on "
     "(environment) group_left () sum by (environment) "
     "(increase(deployment_total[30m]))",
     "  sum by (environment) "
     "(increase(deployment_total{status=\"failed\"}[30m]))\n"
     "/ on (environment) group_left ()\n"
     "  sum by (environment) (increase(deployment_total[30m]))"},
    {"ArgumentsStandOnePerLine",
     "histogram_quantile(0.95, sum by (environment, le) "
     "(increase(deployment_duration_seconds_bucket[1h])))  + 0",
     "  histogram_quantile(\n"
     "    0.95,\n"
     "    sum by (environment, le) "
     "(increase(deployment_duration_seconds_bucket[1h]))\n"
     "  )\n"
     "+\n"
     "  0"},
    {"AggregationSplitsWithItsParameter",
     "topk by (environment) (3, "
     "rate(deployment_total_with_a_really_long_name[5m]) + "
     "rate(deployment_rollback_total_with_a_really_long_name[5m]))",
     "topk by (environment) (\n"
     "  3,\n"
     "    rate(deployment_total_with_a_really_long_name[5m])\n"
     "  +\n"
     "    rate(deployment_rollback_total_with_a_really_long_name[5m])\n"
     ")"},
    {"ParensSplit",
     "(rate(deployment_total_with_a_really_long_name[5m]) + "
     "rate(deployment_rollback_total_with_a_really_long_name[5m]))",
     "(\n"
     "    rate(deployment_total_with_a_really_long_name[5m])\n"
     "  +\n"
     "    rate(deployment_rollback_total_with_a_really_long_name[5m])\n"
     ")"},
    {"UnarySignStandsBeforeItsOperand",
     "-sum(rate(deployment_total_with_a_really_long_name[5m]) + "
     "rate(deployment_rollback_total_with_a_really_long_name[5m]))",
     "-sum(\n"
     "    rate(deployment_total_with_a_really_long_name[5m])\n"
     "  +\n"
     "    rate(deployment_rollback_total_with_a_really_long_name[5m])\n"
     ")"},
    {"SubqueryThatFitsIsNotIndented",
     "max_over_time(sum by (environment) "
     "(rate(deployment_total_with_a_really_long_name[5m]))"
     "[10m:1m] @ end() offset 1h)",
     "max_over_time(\n"
     "sum by (environment) "
     "(rate(deployment_total_with_a_really_long_name[5m]))[10m:1m] @ end() "
     "offset 1h\n"
     ")"},
};

INSTANTIATE_TEST_SUITE_P(Prettier, PrettyPrinterTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

constexpr Case kCommented[] = {
    {"CommentStaysAtTheLinesEnd", "sum( x )  # all of them",
     "sum(x)  # all of them"},
    {"CommentStaysOnItsLine", "# why\n#\nsum( x )\n# so\n",
     "# why\n#\nsum(x)\n# so"},
    {"OperandsAreSplitForTheirComments",
     "a # left\n+ # plus\nb # right\n # end",
     "  a  # left\n+  # plus\n  b  # right\n# end"},
    {"ArgumentsAreSplitForTheirComments",
     "clamp(x, # what\n 0, # from\n # to\n 1)",
     "clamp(\n  x,  # what\n  0,  # from\n  # to\n  1\n)"},
    {"CommentsOfASelectorStandBeforeIt",
     "rate(x{a=\"b\", # one\n c=\"d\"} [5m])",
     "rate(\n  # one\n  x{a=\"b\",c=\"d\"}[5m]\n)"},
    {"CommentBehindASignStandsBeforeIt", "1 - # why\n - # minus\n x",
     "  1\n-  # why\n  # minus\n  -x"},
    {"HashInAStringIsNone", "x{a=\"# b\"} # c", "x{a=\"# b\"}  # c"},
};

class CommentTest : public testing::TestWithParam<Case> {};

TEST_P(CommentTest, IsKept) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  const std::string pretty = PrettyPrint(*expr, GetParam().query);
  EXPECT_EQ(pretty, GetParam().want);
  const ExprPtr again = Parse(pretty, diagnostics);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(PrettyPrint(*again, pretty), pretty);
}

INSTANTIATE_TEST_SUITE_P(Prettier, CommentTest, testing::ValuesIn(kCommented),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace promql
