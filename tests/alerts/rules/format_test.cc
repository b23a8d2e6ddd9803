#include "alerts/rules/format.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace alerts {
namespace {

struct Formatted {
  std::string text;
  std::size_t infos = 0;
};

std::optional<Formatted> Format(std::string text) {
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(
      std::make_shared<const base::Source>("rules.yml", std::move(text)),
      diagnostics);
  if (!file) return std::nullopt;
  Formatted formatted;
  formatted.text = FormatRules(*file, diagnostics);
  formatted.infos = diagnostics.all().size();
  return formatted;
}

struct Case {
  const char* name;
  const char* before;  // Behind the head that all share.
  const char* after;
  std::size_t infos = 0;
};

class FormatTest : public testing::TestWithParam<Case> {};

TEST_P(FormatTest, ChangesExpressionsAlone) {
  const std::string head = "groups:\n- name: g  # stays\n  rules:\n";
  const auto formatted = Format(head + GetParam().before);
  ASSERT_TRUE(formatted.has_value());
  EXPECT_EQ(formatted->text, head + GetParam().after);
  EXPECT_EQ(formatted->infos, GetParam().infos);
  const auto again = Format(formatted->text);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->text, formatted->text);
}

constexpr Case kCases[] = {
    {"PlainStaysPlain", "  - record: r  # why\n    expr: sum( x )  # what\n",
     "  - record: r  # why\n    expr: sum(x)  # what\n"},
    {"ShortBlockBecomesPlain", "  - record: r\n    expr: |\n      sum( x )\n",
     "  - record: r\n    expr: sum(x)\n"},
    {"NeedlessQuotesGo", "  - record: r\n    expr: 'sum(x)'\n",
     "  - record: r\n    expr: sum(x)\n"},
    {"WhatYamlWouldMisreadBecomesABlock",
     "  - record: r\n    expr: '{ job = \"a\" }'\n",
     "  - record: r\n    expr: |\n      {job=\"a\"}\n"},
    {"NameThatIsNullInYamlBecomesABlock", "  - record: r\n    expr: 'null'\n",
     "  - record: r\n    expr: |\n      null\n"},
    {"SubqueryWithoutStepIsPlain",
     "  - expr: max_over_time(x[5m:] )\n    record: r\n",
     "  - expr: max_over_time(x[5m:])\n    record: r\n"},
    {"IndentedFirstLineGetsAnIndicator",
     "  - record: r\n    expr: sum by (a_long_label) "
     "(rate(a_metric_with_a_long_name[5m])) / "
     "sum by (a_long_label) (rate(b_metric_with_a_long_name[5m]))\n    labels: "
     "{a: b}\n",
     "  - record: r\n    expr: |2\n"
     "        sum by (a_long_label) (rate(a_metric_with_a_long_name[5m]))\n"
     "      /\n"
     "        sum by (a_long_label) (rate(b_metric_with_a_long_name[5m]))\n"
     "    labels: {a: b}\n"},
    {"ValueBelowItsKeyKeepsItsPlace",
     "  - record: r\n    expr:\n      sum( x )\n",
     "  - record: r\n    expr:\n      sum(x)\n"},
    {"FlowMapKeepsOneQuotedLine",
     "  - {\"record\": \"r\", \"expr\": \"sum( x{a=\\\"b\\\"} )\"}\n",
     "  - {\"record\": \"r\", \"expr\": \"sum(x{a=\\\"b\\\"})\"}\n"},
    {"CommentInAnExpressionIsKept",
     "  - record: r\n    expr: |\n      # why\n      sum( x ) # all of them\n",
     "  - record: r\n    expr: |\n      # why\n      sum(x)  # all of them\n"},
    {"CommentInAQuotedExpressionIsKept",
     "  - record: r\n    expr: \"sum( x ) # all\"\n",
     "  - record: r\n    expr: |\n      sum(x)  # all\n"},
    {"CommentInAFlowMapKeepsTheExpressionAsItIs",
     "  - {record: r, expr: \"sum( x ) # all\"}\n",
     "  - {record: r, expr: \"sum( x ) # all\"}\n", 1},
    {"CommentBesideTheBarKeepsTheExpressionAsItIs",
     "  - record: r\n    expr: | # all\n      sum( x )\n",
     "  - record: r\n    expr: | # all\n      sum( x )\n", 1},
    {"CommentThatNeedsQuotesKeepsTheExpressionAsItIs",
     "  - record: r\n    expr: \"sum( x ) # a\\r\\\n # b\\n\"\n",
     "  - record: r\n    expr: \"sum( x ) # a\\r\\\n # b\\n\"\n", 1},
    {"CommentWithLineBreaksOfUnicodeStays",
     "  - record: r\n    expr: \"sum( x ) # a\\u2028b\"\n",
     "  - record: r\n    expr: \"sum( x ) # a\\u2028b\"\n", 1},
    {"HashInAStringIsNoComment", "  - record: r\n    expr: x{a='#1'}\n",
     "  - record: r\n    expr: x{a=\"#1\"}\n"},
    {"AliasedExpressionIsFormattedOnce",
     "  - record: r\n    expr: &e sum( x )\n  - record: s\n    expr: *e\n",
     "  - record: r\n    expr: &e sum(x)\n  - record: s\n    expr: *e\n"},
};

INSTANTIATE_TEST_SUITE_P(Rules, FormatTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace alerts
