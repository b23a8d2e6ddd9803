// As Go 1.19 writes them.

#include "base/quote.h"

#include <gtest/gtest.h>

#include <string>

#include "base/labels.h"

namespace base {
namespace {

struct Case {
  const char* name;
  std::string text;
  const char* quoted;
  const char* ascii;
  bool backquote;
};

const Case kCases[] = {
    {"Plain", "a b", R"("a b")", R"("a b")", true},
    {"QuotesAndBackslashes", R"(a"\')", R"("a\"\\'")", R"("a\"\\'")", true},
    {"Backquote", "`", R"("`")", R"("`")", false},
    {"Controls", "\a\b\t\n\v\f\r\x1b\x7f", R"("\a\b\t\n\v\f\r\x1b\x7f")",
     R"("\a\b\t\n\v\f\r\x1b\x7f")", false},
    {"Nul", std::string("\0", 1), R"("\x00")", R"("\x00")", false},
    {"Letters", "é日", R"("é日")", R"("\u00e9\u65e5")", true},
    {"Symbols", "☺😀", R"("☺😀")", R"("\u263a\U0001f600")", true},
    {"SpacesBeyondAscii", "\u00a0\u3000\u2028", R"("\u00a0\u3000\u2028")",
     R"("\u00a0\u3000\u2028")", true},
    {"Invisible", "\u00ad\u200b", R"("\u00ad\u200b")", R"("\u00ad\u200b")",
     true},
    {"PrivateUse", "\ue000", R"("\ue000")", R"("\ue000")", true},
    {"ByteOrderMark", "\ufeff", R"("\ufeff")", R"("\ufeff")", false},
    {"Replacement", "\ufffd", "\"\ufffd\"", R"("\ufffd")", true},
    {"NoUtf8", "a\xff", R"("a\xff")", R"("a\xff")", false},
};

class QuotedTextTest : public testing::TestWithParam<Case> {};

TEST_P(QuotedTextTest, IsGos) {
  EXPECT_EQ(Quote(GetParam().text), GetParam().quoted);
  EXPECT_EQ(QuoteAscii(GetParam().text), GetParam().ascii);
  EXPECT_EQ(CanBackquote(GetParam().text), GetParam().backquote);
}

INSTANTIATE_TEST_SUITE_P(Texts, QuotedTextTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(QuoteRune, StandsInSingleQuotes) {
  EXPECT_EQ(QuoteRune('x'), "'x'");
  EXPECT_EQ(QuoteRune('\''), R"('\'')");
  EXPECT_EQ(QuoteRune('"'), R"('"')");
  EXPECT_EQ(QuoteRune(0xe9), "'é'");
  EXPECT_EQ(QuoteRuneAscii(0xe9), R"('\u00e9')");
  EXPECT_EQ(QuoteRune(0x110000), "'\ufffd'");
  EXPECT_EQ(QuoteRuneAscii(0xd800), R"('\ufffd')");
}

}  // namespace
}  // namespace base
