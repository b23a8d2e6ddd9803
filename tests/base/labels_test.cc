#include "base/labels.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "base/matcher.h"
#include "base/quote.h"

namespace base {
namespace {

TEST(LabelsTest, AreSortedByName) {
  const Labels labels{{"b", "2"}, {"a", "1"}};
  EXPECT_EQ(ToString(labels), R"({a="1", b="2"})");
}

TEST(LabelsTest, OfEqualNamesTheLastWins) {
  EXPECT_EQ(ToString(Labels{{"a", "1"}, {"a", "2"}}), R"({a="2"})");
}

TEST(LabelsTest, EmptyValueIsNoLabel) {
  const Labels labels{{"a", ""}, {"b", "1"}};
  EXPECT_EQ(labels.size(), 1U);
  EXPECT_FALSE(labels.Has("a"));
  EXPECT_EQ(labels.Get("a"), "");
  EXPECT_EQ(Labels({{"a", "1"}, {"a", ""}}), Labels());
}

TEST(LabelsTest, PrefixComparesLess) {
  EXPECT_LT(Labels({{"a", "1"}}), Labels({{"a", "1"}, {"b", "1"}}));
  EXPECT_LT(Labels({{"a", "1"}, {"b", "1"}}), Labels({{"a", "2"}}));
}

TEST(LabelsTest, MetadataIsNameTypeAndUnit) {
  const Labels labels{
      {"__name__", "up"}, {"__type__", "gauge"}, {"__unit__", "s"}, {"a", "1"}};
  EXPECT_EQ(labels.WithoutMetadata(), Labels({{"a", "1"}}));
  EXPECT_EQ(labels.WithoutMetadata(), labels.WithoutMetadata());
  EXPECT_EQ(Labels({{"a", "1"}}).WithoutMetadata(), Labels({{"a", "1"}}));
  EXPECT_TRUE(Labels({{"__name__", "up"}}).WithoutMetadata().empty());
  EXPECT_TRUE(Labels().WithoutMetadata().empty());
}

TEST(LabelsTest, EqualLabelsHaveOneHash) {
  const Labels a{{"a", "1"}, {"b", "2"}};
  EXPECT_EQ(a.Hash(), Labels({{"b", "2"}, {"a", "1"}}).Hash());
  EXPECT_EQ(a.Hash(), a.Hash());
  EXPECT_NE(a.Hash(), Labels({{"a", "12"}, {"b", ""}}).Hash());
  EXPECT_NE(a.Hash(), Labels({{"a", "2"}, {"b", "1"}}).Hash());
}

struct SeriesNameCase {
  const char* name;
  Labels labels;
  const char* want;
};

class SeriesNameTest : public testing::TestWithParam<SeriesNameCase> {};

TEST_P(SeriesNameTest, IsPrometheusOwn) {
  EXPECT_EQ(SeriesName(GetParam().labels), GetParam().want);
}

const SeriesNameCase kSeriesNames[] = {
    {"Nothing", {}, "{}"},
    {"NameOnly", {{"__name__", "up"}}, "up"},
    {"NameAndLabel", {{"__name__", "up"}, {"job", "a"}}, R"(up{job="a"})"},
    {"NoName", {{"job", "a"}}, R"({job="a"})"},
    {"QuotedName", {{"__name__", "a.b"}, {"c", "d"}}, R"({"a.b", c="d"})"},
    {"QuotedLabelName", {{"a.b", "c"}}, R"({"a.b"="c"})"},
};

INSTANTIATE_TEST_SUITE_P(Table, SeriesNameTest, testing::ValuesIn(kSeriesNames),
                         [](const auto& test) { return test.param.name; });

TEST(QuoteTest, EscapesAsGoDoes) {
  EXPECT_EQ(Quote("a\"b\\c\n\t\x01"), R"("a\"b\\c\n\t\x01")");
  EXPECT_EQ(Quote("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
  EXPECT_EQ(Quote("\xFF"), R"("\xff")");
}

TEST(QuoteTest, WritesOnlyWhatIsPrintableAsItIs) {
  // Letters, marks, numbers, punctuation and symbols.
  for (const char* text : {"\u65E5", "\uFE0F", "\u00B2", "\u2026", "\uFFFD",
                           "\U0001F600", "\U0001FAE8"}) {
    EXPECT_EQ(Quote(text), absl::StrFormat("\"%s\"", text));
  }
  // Spaces, joiners, controls, private and unassigned characters.
  EXPECT_EQ(Quote("\u00A0\u2028\u3000"), R"("\u00a0\u2028\u3000")");
  EXPECT_EQ(Quote("\u200D\uFEFF\u00AD"), R"("\u200d\ufeff\u00ad")");
  EXPECT_EQ(Quote("\x7F\u0080\uE000"), R"("\x7f\u0080\ue000")");
  EXPECT_EQ(Quote("\u0378\U000E0001\U0010FFFF"),
            R"("\u0378\U000e0001\U0010ffff")");
}

TEST(LabelsBuilderTest, LeavesItsBaseUntouched) {
  const Labels base{{"a", "1"}, {"b", "2"}};
  LabelsBuilder builder(base);
  builder.Set("c", "3").Remove("a").Set("b", "");
  EXPECT_EQ(ToString(builder.Build()), R"({c="3"})");
  EXPECT_EQ(ToString(base), R"({a="1", b="2"})");
}

struct MatcherCase {
  const char* name;
  MatchType type;
  const char* pattern;
  const char* value;
  bool want;
};

class MatcherTest : public testing::TestWithParam<MatcherCase> {};

TEST_P(MatcherTest, Matches) {
  const auto matcher = Matcher::Make(GetParam().type, "a", GetParam().pattern);
  ASSERT_TRUE(matcher.ok());
  EXPECT_EQ(matcher->Matches(std::string_view(GetParam().value)),
            GetParam().want);
}

constexpr MatcherCase kMatchers[] = {
    {"Equal", MatchType::kEqual, "x", "x", true},
    {"NotEqual", MatchType::kNotEqual, "x", "x", false},
    {"RegexpIsAnchored", MatchType::kRegexp, "b", "abc", false},
    {"AlternationIsAnchoredWhole", MatchType::kRegexp, "a|bc", "abc", false},
    {"DotMatchesLineBreak", MatchType::kRegexp, "a.c", "a\nc", true},
    {"NotRegexp", MatchType::kNotRegexp, "a.*", "abc", false},
    {"EmptyMatchesMissing", MatchType::kRegexp, "|x", "", true},
};

INSTANTIATE_TEST_SUITE_P(Table, MatcherTest, testing::ValuesIn(kMatchers),
                         [](const auto& test) { return test.param.name; });

TEST(MatcherTest, BadRegexpIsAnError) {
  EXPECT_FALSE(Matcher::Make(MatchType::kRegexp, "a", "(").ok());
  EXPECT_FALSE(Matcher::Make(MatchType::kRegexp, "a", "a)(b").ok());
}

}  // namespace
}  // namespace base
