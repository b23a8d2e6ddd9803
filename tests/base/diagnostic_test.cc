#include "base/diagnostic.h"

#include <gtest/gtest.h>

namespace base {
namespace {

struct RenderCase {
  const char* name;
  const char* text;
  Span span;
  const char* help;
  const char* want;
};

class RenderTest : public testing::TestWithParam<RenderCase> {};

TEST_P(RenderTest, MarksTheSpan) {
  const Source source("f.yml", GetParam().text);
  const Diagnostic diagnostic{Severity::kError, "code", GetParam().span, "Bad.",
                              GetParam().help};
  EXPECT_EQ(Render(source, diagnostic), GetParam().want);
}

constexpr RenderCase kRenders[] = {
    {"InTheLine",
     "a\nfoo bar\n",
     {6, 9},
     "",
     "f.yml:2:5: error: Bad. [code]\n"
     "    2 | foo bar\n"
     "      |     ^~~\n"},
    {"EmptySpanIsOneMark",
     "foo",
     {3, 3},
     "",
     "f.yml:1:4: error: Bad. [code]\n"
     "    1 | foo\n"
     "      |    ^\n"},
    {"SeveralLinesAreMarkedToTheFirstsEnd",
     "foo\nbar",
     {1, 6},
     "",
     "f.yml:1:2: error: Bad. [code]\n"
     "    1 | foo\n"
     "      |  ^~\n"},
    {"TabsStayInThePadding",
     "\tfoo",
     {1, 4},
     "",
     "f.yml:1:2: error: Bad. [code]\n"
     "    1 | \tfoo\n"
     "      | \t^~~\n"},
    {"ACharacterIsOneWide",
     "\xC3\xBC \xC3\xBC\xC3\xBC x",
     {3, 7},
     "",
     "f.yml:1:4: error: Bad. [code]\n"
     "    1 | \xC3\xBC \xC3\xBC\xC3\xBC x\n"
     "      |   ^~\n"},
    {"NothingSteersTheTerminal",
     "\x1b[31m foo\x7f",
     {6, 9},
     "\x1b]0;title\a",
     "f.yml:1:7: error: Bad. [code]\n"
     "    1 | \xEF\xBF\xBD[31m foo\xEF\xBF\xBD\n"
     "      |       ^~~\n"
     "      = help: \xEF\xBF\xBD]0;title\xEF\xBF\xBD\n"},
    {"HelpComesLast",
     "foo",
     {0, 3},
     "bar",
     "f.yml:1:1: error: Bad. [code]\n"
     "    1 | foo\n"
     "      | ^~~\n"
     "      = help: bar\n"},
};

INSTANTIATE_TEST_SUITE_P(Table, RenderTest, testing::ValuesIn(kRenders),
                         [](const auto& test) { return test.param.name; });

// A dashboard or a rule file may be JSON in one line.
TEST(RenderLineTest, OfALongLineShowsWhatStandsAround) {
  const std::string text =
      std::string(5000, 'a') + "foo" + std::string(5000, 'b');
  const std::string shown =
      Render(Source("f.json", text),
             {Severity::kError, "code", {5000, 5003}, "Bad.", ""});
  EXPECT_EQ(shown, "f.json:1:5001: error: Bad. [code]\n    1 | ..." +
                       std::string(80, 'a') + "foo" + std::string(80, 'b') +
                       "...\n      | " + std::string(83, ' ') + "^~~\n");
}

// 80 bytes before and behind "foo" lie in the middle of a character.
TEST(RenderLineTest, NoCharacterIsCutInTwo) {
  std::string accents;
  for (int i = 0; i < 1000; ++i) accents += "\xC3\xA9";
  const std::string text = accents + "x" + "foo" + "y" + accents;
  const std::string shown =
      Render(Source("f.json", text),
             {Severity::kError, "code", {2001, 2004}, "Bad.", ""});
  EXPECT_NE(shown.find("..." + accents.substr(0, 78) + "xfooy" +
                       accents.substr(0, 80) + "...\n"),
            std::string::npos)
      << shown;
}

TEST(RenderLineTest, OfALongSpanShowsTheBeginning) {
  const std::string text(1'000'000, 'a');
  EXPECT_LT(Render(Source("f.json", text),
                   {Severity::kError, "code", {0, 1'000'000}, "Bad.", ""})
                .size(),
            2500U);
}

TEST(NearestTest, FindsTheLikelyWord) {
  const std::vector<std::string_view> names = {"rate", "irate", "increase",
                                               "histogram_quantile"};
  EXPECT_EQ(Nearest("raet", names), "rate");
  EXPECT_EQ(Nearest("Rate", names), "rate");
  EXPECT_EQ(Nearest("histogram_quantil", names), "histogram_quantile");
  EXPECT_EQ(Nearest("foobar", names), "");
  EXPECT_EQ(Nearest("", names), "");
  EXPECT_EQ(Nearest("ab", names), "");
}

TEST(DiagnosticsTest, OnlyErrorsMakeItNotOk) {
  Diagnostics diagnostics;
  diagnostics.Warning("w", {}, "careful");
  EXPECT_TRUE(diagnostics.ok());
  diagnostics.Error("e", {}, "bad");
  EXPECT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.first_error().code, "e");
}

}  // namespace
}  // namespace base
