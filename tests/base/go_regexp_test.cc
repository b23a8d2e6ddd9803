#include "base/go_regexp.h"

#include "gtest/gtest.h"

namespace base {
namespace {

struct Case {
  const char* name;
  const char* regexp;
  const char* want;  // For RE2, or the error.
};

constexpr Case kCases[] = {
    {"Empty", "", ""},
    {"PlainStays", "a.b|(c+)\\d*?", "a.b|(c+)\\d*?"},
    {"NameOfAGroup", "(?<job>a)(?P<n>b)", "(?P<job>a)(?P<n>b)"},
    {"LookBehindStays", "(?<=a)(?<!b)", "(?<=a)(?<!b)"},
    {"FlagsStay", "(?i:a)(?s)", "(?i:a)(?s)"},
    {"EscapedParenthesis", "\\(?<a>", "\\(?<a>"},
    {"InAClass", "[(?<a>\\]](?<a>b)", "[(?<a>\\]](?P<a>b)"},
    {"BracketFirstInAClass", "[](?<][^](?<](?<a>b)", "[](?<][^](?<](?P<a>b)"},
    {"NamedClass", "[[:alpha:](?<](?<a>b)", "[[:alpha:](?<](?P<a>b)"},
    {"OpenClass", "[(?<a>", "[(?<a>"},
    {"Quoted", "\\Q(?<a>\\C\\E(?<a>b)", "\\Q(?<a>\\C\\E(?P<a>b)"},
    {"OpenQuote", "\\Q(?<a>", "\\Q(?<a>"},
    {"BackslashAtTheEnd", "a\\", "a\\"},
    {"OneByte", "a\\C", "invalid escape sequence: `\\C`"},
    {"EscapedBackslashBeforeC", "\\\\C", "\\\\C"},
};

class GoRegexpTest : public testing::TestWithParam<Case> {};

TEST_P(GoRegexpTest, IsWrittenForRe2) {
  const auto text = FromGoRegexp(GetParam().regexp);
  EXPECT_EQ(text.ok() ? *text : std::string(text.status().message()),
            GetParam().want);
}

TEST(GoRegexp, AQuoteMayBeLeftOpen) {
  for (const char* open : {"\\Q", "a\\Qb", "\\Qa\\E\\Qb\\", "[\\]]\\Q]"}) {
    EXPECT_TRUE(LeavesQuoteOpen(open)) << open;
  }
  for (const char* closed :
       {"", "a\\E", "\\Qa\\E", "\\\\Qa", "[\\Q]", "\\Q\\E"}) {
    EXPECT_FALSE(LeavesQuoteOpen(closed)) << closed;
  }
}

INSTANTIATE_TEST_SUITE_P(Regexps, GoRegexpTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
