#include "base/literal_pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>

namespace base {
namespace {

using Verdict = LiteralPattern::Verdict;

constexpr const char* kRegexps[] = {
    "",          "a",          "abc",        "failed|rolled_back",
    "a|",        "(a|b)",      "(a)|(b)",    "(a|b)c",
    "5..",       "5.*",        "5.+",        ".*",
    ".+",        "ab*",        "ab+c",       "ab?",
    "ab{2}",     "a\\.b",      "a\\.b.*",    "a\\d",
    "a[bc].*",   "(?i)abc",    "abc$",       "^abc",
    "a.*|b",     "\xC3\xA4*",  "a\xC3\xA4+", "a\\|b",
    "\\Qa.b\\E", "(?s:a.b).*", "(a.*)",      "(a)(b)",
    "a\\n",      "x\\pN",      "a(b|c)?",    "\\.\\*",
    "..",        "a..+",       "a..*",       "..?",
    ".{2}",      "a.b",        "a.+b",       "a.$",
};

constexpr const char* kTexts[] = {
    "",          "a",
    "b",         "c",
    "ab",        "abc",
    "ABC",       "abb",
    "a.b",       "axb",
    "a.bc",      "a|b",
    "failed",    "rolled_back",
    "failedx",   "5",
    "500",       "5xx",
    "50",        "a5",
    "5\n",       "a\n",
    "a1",        "\xC3\xA4",
    "\xC3",      "\xC3\xA4\xC3\xA4",
    "a\xC3\xA4", "ac",
    "bc",        ".*",
    "\xFF",      "5\xFF",
    "x1",        "(a",
    "a)",
};

TEST(LiteralPattern, SaysNothingThatRe2DoesNot) {
  int decided = 0;
  for (const char* regexp : kRegexps) {
    for (const bool dot_nl : {false, true}) {
      re2::RE2::Options options;
      options.set_dot_nl(dot_nl);
      const re2::RE2 compiled(regexp, options);
      ASSERT_TRUE(compiled.ok()) << regexp;
      const LiteralPattern pattern(regexp);
      for (const char* text : kTexts) {
        const Verdict verdict = pattern.Test(text);
        if (verdict == Verdict::kUnknown) continue;
        ++decided;
        EXPECT_EQ(verdict == Verdict::kMatches,
                  re2::RE2::FullMatch(text, compiled))
            << regexp << " on " << text;
      }
    }
  }
  EXPECT_GT(decided, 1000);
}

struct Case {
  const char* name;
  const char* regexp;
  const char* text;
  Verdict want;
};

constexpr Case kCases[] = {
    {"WordIsListed", "failed|rolled_back", "rolled_back", Verdict::kMatches},
    {"WordIsNot", "failed|rolled_back", "failed_", Verdict::kDiffers},
    {"WordInParentheses", "(a|b)", "b", Verdict::kMatches},
    {"PrefixAndAnything", "app-.*", "app-staging", Verdict::kMatches},
    {"PrefixAndSomething", "app-.+", "app-", Verdict::kDiffers},
    {"AnotherPrefix", "5..", "404", Verdict::kDiffers},
    {"DotsAreCounted", "5..", "500", Verdict::kMatches},
    {"DotsAreTooFew", "5..", "5000", Verdict::kDiffers},
    {"DotsAndMore", "5.+", "5", Verdict::kDiffers},
    {"OnlyThePrefixIsKnown", "5[0-9].", "500", Verdict::kUnknown},
    {"QuantifierTakesTheLastCharacter", "ab*", "a", Verdict::kUnknown},
    {"LineBreaksAreLeftToRe2", "a.*", "a\n", Verdict::kUnknown},
};

class LiteralPatternTest : public testing::TestWithParam<Case> {};

TEST(LiteralPattern, UnderstandsWordsAndDotsAlone) {
  for (const char* regexp :
       {"", "a|b", "(a|b)", "a\\.b", "5..", "app-.*", ".+"}) {
    EXPECT_TRUE(LiteralPattern(regexp).understood()) << regexp;
  }
  for (const char* regexp :
       {"a(", "a)(b", "[a]", "ab*", "..?", "a.b", "a|.*", "\xFF", "a\xFF|b"}) {
    EXPECT_FALSE(LiteralPattern(regexp).understood()) << regexp;
  }
}

TEST_P(LiteralPatternTest, Decides) {
  EXPECT_EQ(LiteralPattern(GetParam().regexp).Test(GetParam().text),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table, LiteralPatternTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
