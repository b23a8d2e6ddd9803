// Text in, tokens out.

#include "promql/syntax/lexer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "absl/strings/str_format.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* want;  // Tokens with their places, as messages speak of them.
};

std::string Show(const Tokens& tokens) {
  std::string out;
  for (const Token& token : tokens.tokens) {
    if (!out.empty()) out += "; ";
    absl::StrAppendFormat(
        &out, "%d-%d %s", token.span.begin, token.span.end,
        token.kind == TokenKind::kError ? tokens.error : Describe(token));
  }
  return out;
}

constexpr Case kCases[] = {
    {"NothingIsTheEnd", "", "0-0 end of input"},
    {"SpacesAreSkipped", " \t\r\n", "4-4 end of input"},
    {"CommentsAreSkipped", "#a\n1#b", "3-4 number \"1\"; 6-6 end of input"},
    {"WordsHaveUnderscoresAndDigits", "a_1",
     "0-3 identifier \"a_1\"; 3-3 end of input"},
    {"ColonMakesAMetric", "a:b",
     "0-3 metric identifier \"a:b\"; 3-3 end of input"},
    {"KeywordIsAWholeWord", "bya by",
     "0-3 identifier \"bya\"; 4-6 <by>; 6-6 end of input"},
    {"KeywordsAreOfAnyCase", "WITHOUT On",
     "0-7 <WITHOUT>; 8-10 <On>; 10-10 end of input"},
    {"AggregationsAreKeywords", "sum Count_Values",
     "0-3 <aggr:sum>; 4-16 <aggr:Count_Values>; 16-16 end of input"},
    {"WordOperatorsAreOperators", "and atan2",
     "0-3 <op:and>; 4-9 <op:atan2>; 9-9 end of input"},
    {"FillNeedsAParenthesis", "fill fill (",
     "0-4 identifier \"fill\"; 5-9 <fill>; 10-11 \"(\"; 11-11 unclosed left "
     "parenthesis"},
    {"LongestOperatorWins", "<= </ < == =",
     "0-2 <op:<=>; 3-5 <op:</>; 6-7 <op:<>; 8-10 <op:==>; 11-12 \"=\"; 12-12 "
     "end of input"},
    {"GreaterOperators", ">= >/ > !=",
     "0-2 <op:>=>; 3-5 <op:>/>; 6-7 <op:>>; 8-10 <op:!=>; 10-10 end of input"},
    {"ArithmeticNeedsNoSpaces", "1+-2*3",
     "0-1 number \"1\"; 1-2 <op:+>; 2-3 <op:->; 3-4 number \"2\"; 4-5 <op:*>; "
     "5-6 number \"3\"; 6-6 end of input"},
    {"InfAndNanAreNumbers", "Inf nAn",
     "0-3 number \"Inf\"; 4-7 number \"nAn\"; 7-7 end of input"},
    {"DurationIsOneToken", "1h30m 5",
     "0-5 duration \"1h30m\"; 6-7 number \"5\"; 7-7 end of input"},
    {"MillisecondsAreAUnit", "5ms", "0-3 duration \"5ms\"; 3-3 end of input"},
    {"MatchersAreLexedInBraces", "{a=~'b',c!~'d'}",
     "0-1 \"{\"; 1-2 identifier \"a\"; 2-4 <op:=~>; 4-7 string \"'b'\"; 7-8 "
     "\",\"; 8-9 identifier \"c\"; 9-11 <op:!~>; 11-14 string \"'d'\"; 14-15 "
     "\"}\"; 15-15 end of input"},
    {"WordsInBracesAreNoKeywords", "{by}",
     "0-1 \"{\"; 1-3 identifier \"by\"; 3-4 \"}\"; 4-4 end of input"},
    {"BracketsHoldDurations", "[5m:step()]",
     "0-1 \"[\"; 1-3 duration \"5m\"; 3-4 \":\"; 4-8 \"step\"; 8-9 \"(\"; 9-10 "
     "\")\"; 10-11 \"]\"; 11-11 end of input"},
    {"BracketsKnowFourWords", "[steps]",
     "0-1 \"[\"; 1-7 unexpected character in duration expression: 's'"},
    {"CommentInBracketsIsNone", "[#]",
     "0-1 \"[\"; 1-3 unexpected character in duration expression: '#'"},
    {"ReadingStopsAtAnError", "1 & 2",
     "0-1 number \"1\"; 2-5 unexpected character: '&'"},
    {"BytesThatAreNoUtf8AreUnexpected", "\xff",
     "0-1 unexpected character: '\xef\xbf\xbd'"},
    {"CharactersThatAreNotPrintableAreNumbers", "\u2009",
     "0-3 unexpected character: '\\u2009'"},
    {"EscapeThatIsNotPrintableIsANumber", "'\\\u3000'",
     "0-6 unknown escape sequence U+3000"},
    {"BytesThatAreNoUtf8MakeNoString", "'\xff'", "0-3 invalid UTF-8 rune"},
    {"ReplacementCharacterMakesNoString", "`\uFFFD`", "0-5 invalid UTF-8 rune"},
    {"ColonFirstInBracketsIsBehindItself", "[:5m]",
     "0-1 \"[\"; 2-5 unexpected colon before duration in duration expression"},
    {"LongTextIsShortened", "\"aaaaaaaaaaaaaaaaaa\"",
     "0-20 string \"\\\"aaaaaaaaa\"...; 20-20 end of input"},
};

class LexerTest : public testing::TestWithParam<Case> {};

TEST_P(LexerTest, Splits) {
  EXPECT_EQ(Show(Lex(GetParam().text)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Texts, LexerTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(LexerTest, NulByteIsUnexpected) {
  EXPECT_EQ(Show(Lex(std::string_view("a\0b", 3))),
            "0-1 identifier \"a\"; 1-3 unexpected character: '\\x00'");
}

struct NumberCase {
  const char* text;
  double want;
};

TEST(NumberTest, IsReadAsInGo) {
  const NumberCase cases[] = {
      {"0", 0},
      {"00", 0},
      {"010", 8},
      {"08", 8},
      {"0x10", 16},
      {"0X_1f", 31},
      {"1_0.5", 10.5},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"1e-400", 0},
      {".5", 0.5},
      {"5.", 5},
      {"9007199254740993", 9007199254740992.0},
      {"18446744073709551616", 18446744073709551616.0},
      {"inf", HUGE_VAL},
  };
  for (const NumberCase& row : cases) {
    const ParsedNumber number = ParseNumber(row.text);
    EXPECT_EQ(number.error, "") << row.text;
    EXPECT_EQ(number.value, row.want) << row.text;
  }
  EXPECT_TRUE(std::isnan(ParseNumber("NaN").value));
}

TEST(NumberTest, SeriesHaveNoHexadecimal) {
  EXPECT_EQ(ScanNumber("0x10", true).length, 1U);
  EXPECT_TRUE(ScanNumber("0x10", true).valid);
  EXPECT_EQ(ScanNumber("0x10", false).length, 4U);
}

TEST(StringTest, UnquotesEveryEscape) {
  EXPECT_EQ(Unquote(R"("\a\b\f\n\r\t\v\\\"")"), "\a\b\f\n\r\t\v\\\"");
  EXPECT_EQ(Unquote(R"('\'\x41\101\u20ac\U0001F600')"),
            "'AA\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(Unquote(R"("\xff\377")"), "\xff\xff");
  EXPECT_EQ(Unquote("`\\n`"), "\\n");
  EXPECT_EQ(Unquote("''"), "");
}

}  // namespace
}  // namespace promql
