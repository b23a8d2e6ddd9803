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
