#include "dashboards/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"

namespace dashboards {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kDashboard = R"({
  "panels": [],
  "templating": {"list": [
    {"name": "one", "type": "query", "current": {"value": "a'b\\c.d"}},
    {"name": "many", "type": "query", "multi": true,
     "current": {"value": ["x.y", "z"]}},
    {"name": "single", "type": "custom", "multi": true,
     "current": {"value": ["x.y"]}},
    {"name": "all", "type": "query", "includeAll": true, "allValue": ".+",
     "current": {"value": "$__all"}},
    {"name": "listed", "type": "custom", "includeAll": true, "query": "s,p",
     "current": {"value": "$__all"}},
    {"name": "blank", "type": "query", "includeAll": true,
     "current": {"value": "$__all"}},
    {"name": "unset", "type": "query"},
    {"name": "window", "type": "interval", "query": "5m,1h"},
    {"name": "auto", "type": "interval", "query": "5m,1h", "auto": true,
     "current": {"value": "$__auto_interval_auto"}},
    {"name": "loop", "type": "custom", "includeAll": true, "allValue": "$loop",
     "current": {"value": "$__all"}}
  ]}})";

class ExpandTest : public testing::Test {
 protected:
  void SetUp() override {
    base::Diagnostics diagnostics;
    dashboard_ = ReadDashboard(base::Source("d.json", std::string(kDashboard)),
                               diagnostics);
    ASSERT_TRUE(dashboard_.has_value());
  }

  Expansion ExpandText(std::string_view text) const {
    return Expand(base::Excerpt::Verbatim(std::string(text), 100), *dashboard_);
  }

  std::optional<Dashboard> dashboard_;
};

struct Case {
  const char* name;
  const char* text;
  const char* want;
};

class ExpandCaseTest : public ExpandTest,
                       public testing::WithParamInterface<Case> {};

TEST_P(ExpandCaseTest, AsGrafanaDoes) {
  EXPECT_EQ(ExpandText(GetParam().text).text.text(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ExpandCaseTest,
    testing::Values(Case{"Dollar", "[$window]", "[5m]"},
                    Case{"Braces", "[${window}]", "[5m]"},
                    Case{"Brackets", "[[[window]]]", "[5m]"},
                    Case{"BracketsWithFormat", "[[many:pipe]]", "x.y|z"},
                    Case{"LongestName", "$windowed", "$windowed"},
                    Case{"FieldPath", "${window.text}", "5m"},
                    Case{"UnclosedBrace", "${window", "${window"},
                    Case{"ALoneDollar", "a$", "a$"},
                    Case{"EmptyBraces", "${}", "${}"},
                    Case{"UnknownIsLeft", "$nothing ${nothing:csv}",
                         "$nothing ${nothing:csv}"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, ExpandCaseTest,
    testing::Values(Case{"SingleEscapesBackslashAndQuote", "$one",
                         R"(a\\'b\\c.d)"},
                    Case{"ManyAreARegexInAString", "$many", R"((x\\.y|z))"},
                    Case{"OneOfManyIsBare", "$single", R"(x\\.y)"},
                    Case{"AllValueIsRaw", "$all", ".+"},
                    Case{"AllWithoutAllValueIsEveryOption", "$listed", "(s|p)"},
                    Case{"AllOfAnUnknownList", "$blank", ".+"},
                    Case{"NoValueIsAPlaceholder", "$unset", "value"},
                    Case{"AutoInterval", "$auto", "15s"},
                    Case{"ALoopEnds", "$loop", "$loop"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Formats, ExpandCaseTest,
    testing::Values(Case{"Regex", "${many:regex}", R"((x\.y|z))"},
                    Case{"Pipe", "${many:pipe}", "x.y|z"},
                    Case{"Csv", "${many:csv}", "x.y,z"},
                    Case{"Raw", "${one:raw}", R"(a'b\c.d)"},
                    Case{"Glob", "${many:glob}", "{x.y,z}"},
                    Case{"UnknownIsGlob", "${many:nonsense}", "{x.y,z}"},
                    Case{"Text", "${many:text}", "x.y + z"},
                    Case{"Json", "${many:json}", R"(["x.y","z"])"},
                    Case{"SingleQuote", "${one:singlequote}", R"('a\'b\c.d')"},
                    Case{"DoubleQuote", "${many:doublequote}", R"("x.y","z")"},
                    Case{"SqlString", "${one:sqlstring}", R"('a''b\c.d')"},
                    Case{"PercentEncode", "${many:percentencode}",
                         "%7Bx.y%2Cz%7D"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    BuiltIns, ExpandCaseTest,
    testing::Values(Case{"RateInterval", "[$__rate_interval]", "[1m0s]"},
                    Case{"Interval", "[$__interval]", "[15s]"},
                    Case{"IntervalInBraces", "[${__interval}]", "[15s]"},
                    Case{"IntervalMilliseconds", "$__interval_ms", "15000"},
                    Case{"Range", "[$__range]", "[21600s]"},
                    Case{"RangeSeconds", "[${__range_s}s]", "[21600s]"}),
    [](const auto& test) { return test.param.name; });

TEST_F(ExpandTest, AVariableIsThePlaceOfAllItGave) {
  const Expansion expansion = ExpandText("a $many b");
  EXPECT_EQ(expansion.text.text(), R"(a (x\\.y|z) b)");
  // "(x\\.y|z)" stands for "$many" at 102.
  EXPECT_EQ(expansion.text.Outer({2, 11}), (base::Span{102, 107}));
  EXPECT_EQ(expansion.text.Outer({3, 4}).begin, 102u);
  EXPECT_EQ(expansion.text.Outer({12, 13}), (base::Span{108, 109}));
}

TEST_F(ExpandTest, WhatAQueryFindsIsUnknown) {
  const Expansion expansion = ExpandText("$many $listed");
  ASSERT_EQ(expansion.unknown.size(), 1u);
  EXPECT_TRUE(expansion.IsUnknown({0, 3}));
  EXPECT_FALSE(expansion.IsUnknown({10, 15}));
}

TEST_F(ExpandTest, UndefinedNamesAreToldWithTheirPlace) {
  const Expansion expansion = ExpandText("$window $nothing $1");
  ASSERT_EQ(expansion.undefined.size(), 1u);
  EXPECT_EQ(expansion.undefined[0].name, "nothing");
  EXPECT_EQ(expansion.text.Outer(expansion.undefined[0].span),
            (base::Span{108, 116}));
}

TEST_F(ExpandTest, OnlyAPlaceholderIsAGuess) {
  EXPECT_THAT(ExpandText("$unset $blank").guesses,
              ElementsAre(base::Span{0, 5}, base::Span{6, 8}));
  EXPECT_THAT(ExpandText("$one $window $__interval").guesses, IsEmpty());
}

TEST_F(ExpandTest, ReplacedAreTheUsersOwn) {
  EXPECT_THAT(ExpandText("$one $__interval $nothing $window").replaced,
              ElementsAre("one", "window"));
}

TEST_F(ExpandTest, AChosenValueStandsAsItIs) {
  const Expansion expansion =
      Expand(base::Excerpt::Verbatim("by ($many, $one)", 0), *dashboard_,
             kPlaceholders[0], {"many", "a.b"});
  EXPECT_EQ(expansion.text.text(), R"(by (a.b, a\\'b\\c.d))");
}

TEST(InputTest, AConstantOfAnImportHasItsValue) {
  const base::Source source("d.json", R"({
    "panels": [],
    "__inputs": [{"name": "VAR_A", "type": "constant", "value": "http"},
                 {"name": "VAR_B", "type": "constant"}],
    "templating": {"list": [
      {"name": "prefix", "type": "constant", "query": "${VAR_A}",
       "current": {"value": "${VAR_A}"}}]}})");
  base::Diagnostics diagnostics;
  const std::optional<Dashboard> dashboard = ReadDashboard(source, diagnostics);
  ASSERT_TRUE(dashboard.has_value());
  const Expansion expansion = Expand(
      base::Excerpt::Verbatim("${prefix}_ ${VAR_A} ${VAR_B}", 0), *dashboard);
  EXPECT_EQ(expansion.text.text(), "http_ http value");
  EXPECT_THAT(expansion.undefined, IsEmpty());
  EXPECT_EQ(expansion.guesses.size(), 1u);
}

TEST(ExpandHostileTest, ValuesThatNameEachOtherManyTimesEnd) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "$a";
  const base::Source source(
      "d.json", absl::StrFormat(R"({"panels": [], "templating": {"list": [
          {"name": "a", "type": "custom", "includeAll": true,
           "allValue": "%s", "current": {"value": "$__all"}}]}})",
                                many));
  base::Diagnostics diagnostics;
  const std::optional<Dashboard> dashboard = ReadDashboard(source, diagnostics);
  ASSERT_TRUE(dashboard.has_value());
  const Expansion expansion =
      Expand(base::Excerpt::Verbatim("$a", 0), *dashboard);
  EXPECT_LT(expansion.text.text().size(), 1'000'000u);
}

TEST(VariableNamesTest, FindsEveryForm) {
  EXPECT_THAT(VariableNames("$a-${b:csv}-[[c]]-$"), ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace dashboards
