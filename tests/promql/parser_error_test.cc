// Query in, errors out.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "promql/check/parse.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* query;
  const char* want;
};

std::string Name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

// The first error, in Prometheus' words and at its place.
constexpr Case kErrors[] = {
    // Ends.
    {"EmptyInputHasNoExpression", "",
     "unknown position: parse error: no expression found in input"},
    {"CommentIsNoExpression", "# c",
     "1:1: parse error: no expression found in input"},
    {"MissingRightOperand", "1 +", "1:4: parse error: unexpected end of input"},
    {"UnclosedParenthesis", "((1)",
     "1:5: parse error: unclosed left parenthesis"},
    {"UnclosedCall", "sum(", "1:5: parse error: unclosed left parenthesis"},
    {"UnclosedBraces", "up{a=\"b\"",
     "1:9: parse error: unexpected end of input inside braces"},
    {"UnclosedBrackets", "up[5m",
     "1:6: parse error: unexpected end of input in duration expression"},
    {"ParenthesisTooMany", "(1))",
     "1:5: parse error: unexpected right parenthesis ')'"},
    {"BracketTooMany", "up[5m]]",
     "1:7: parse error: unexpected right bracket ']'"},
    {"BraceTooMany", "up}", "1:3: parse error: unexpected character: '}'"},
    {"TwoOperands", "1 2", "1:3: parse error: unexpected number \"2\""},
    {"TwoStrings", "\"a\" \"abcdefghijklmnop\"",
     "1:5: parse error: unexpected string \"\\\"abcdefghi\"..."},
    {"LineAndColumnCountLines", "sum(up) +\n  rate(",
     "2:8: parse error: unclosed left parenthesis"},
    // Characters.
    {"UnknownCharacter", "up & down",
     "1:4: parse error: unexpected character: '&'"},
    {"UnknownCharacterOfUtf8", "é",
     "1:1: parse error: unexpected character: 'é'"},
    {"ExclamationMarkAlone", "up ! down",
     "1:4: parse error: unexpected character after '!': ' '"},
    {"TildeOutsideBraces", "up =~ down",
     "1:4: parse error: unexpected character after '=': '~'"},
    {"SingleEqualsSign", "up = 1", "1:4: parse error: unexpected \"=\""},
    {"NumberInBraces", "up{a=5}",
     "1:6: parse error: unexpected character inside braces: '5'"},
    {"BraceInBraces", "up{{", "1:4: parse error: unexpected left brace '{'"},
    {"ExclamationInBraces", "up{a!5}",
     "1:5: parse error: unexpected character after '!' inside braces: '5'"},
    // Strings.
    {"UnterminatedString", "\"abc",
     "1:1: parse error: unterminated quoted string"},
    {"UnterminatedRawString", "`abc",
     "1:1: parse error: unterminated raw string"},
    {"StringEndsAtItsLine", "\"a\nb\"",
     "1:1: parse error: unterminated quoted string"},
    {"UnknownEscape", "\"\\c\"",
     "1:1: parse error: unknown escape sequence U+0063 'c'"},
    {"OtherQuoteIsNoEscape", "'\\\"'",
     "1:1: parse error: unknown escape sequence U+0022 '\"'"},
    {"BadHexadecimalEscape", "\"\\x.\"",
     "1:1: parse error: illegal character U+002E '.' in escape sequence"},
    {"UnterminatedEscape", "\"\\x4",
     "1:1: parse error: escape sequence not terminated"},
    {"EscapeOfASurrogate", "\"\\ud800\"",
     "1:1: parse error: escape sequence is an invalid Unicode code point"},
    {"EscapeBeyondAByte", "\"\\777\"",
     "1:1: parse error: escape sequence is an invalid Unicode code point"},
    // Numbers and durations.
    {"NumberTooLarge", "1e1000",
     "1:1: parse error: error parsing number: strconv.ParseFloat: parsing "
     "\"1e1000\": value out of range"},
    {"TwoDots", "1.2.3",
     "1:1: parse error: bad number or duration syntax: \"1.2.\""},
    {"HexadecimalWithoutDigits", "0x",
     "1:1: parse error: error parsing number: strconv.ParseFloat: parsing "
     "\"0x\": invalid syntax"},
    {"HexadecimalFraction", "0x1.8",
     "1:1: parse error: bad number or duration syntax: \"0x1.\""},
    {"UnderscoreAtTheEnd", "1_",
     "1:1: parse error: bad number or duration syntax: \"1_\""},
    {"UnderscoreBehindANumber", "1_ + 2",
     "1:1: parse error: error parsing number: strconv.ParseFloat: parsing "
     "\"1_\": invalid syntax"},
    {"WordBehindANumber", "0deadbeef",
     "1:1: parse error: bad number or duration syntax: \"0de\""},
    {"UnknownUnit", "5q",
     "1:1: parse error: bad number or duration syntax: \"5\""},
    {"UnitTwice", "5mm",
     "1:1: parse error: bad number or duration syntax: \"5mm\""},
    {"FractionOfAUnit", "1.5h",
     "1:1: parse error: unknown unit \".\" in duration \"1.5h\""},
    {"UnitOfTwo", "1hs",
     "1:1: parse error: unknown unit \"hs\" in duration \"1hs\""},
    {"UnitsInTheWrongOrder", "5s3m",
     "1:1: parse error: not a valid duration string: \"5s3m\""},
    {"DurationTooLong", "up[1000y]", "1:4: parse error: duration out of range"},
    // Operators.
    {"OperatorAtTheStart", "*1", "1:1: parse error: unexpected <op:*>"},
    {"TwoOperators", "1 + * 2", "1:5: parse error: unexpected <op:*>"},
    {"BoolBetweenOperands", "a bool b", "1:3: parse error: unexpected <bool>"},
    {"OnWithoutParenthesis", "a + on b",
     "1:8: parse error: unexpected identifier \"b\" in grouping opts, expected "
     "\"(\""},
    {"OnAndIgnoring", "a + on(b) ignoring(c) d",
     "1:11: parse error: unexpected <ignoring>"},
    {"GroupLeftWithoutOn", "a + group_left(x) b",
     "1:5: parse error: unexpected <group_left>"},
    {"OnIsNoMetric", "on", "1:1: parse error: unexpected <on>"},
    {"MatchingNeedsARightSide", "a + on(x) group_left",
     "1:21: parse error: unexpected end of input in grouping opts, expected "
     "\"(\""},
    {"FillNeedsANumber", "a + fill(b) c",
     "1:10: parse error: unexpected identifier \"b\""},
    {"FillNeedsItsEnd", "a + fill(1 c",
     "1:12: parse error: unexpected identifier \"c\""},
    // Selectors.
    {"MatcherWithoutAValue", "up{a}",
     "1:5: parse error: unexpected \"}\" in label matching, expected label "
     "matching operator"},
    {"MatcherWithoutALabel", "up{=\"x\"}",
     "1:4: parse error: unexpected \"=\" in label matching, expected "
     "identifier or \"}\""},
    {"MatcherComparesWithAString", "up{a===\"x\"}",
     "1:6: parse error: unexpected \"=\" in label matching, expected string"},
    {"CommaFirstInBraces", "up{,}",
     "1:4: parse error: unexpected \",\" in label matching, expected "
     "identifier or \"}\""},
    {"TwoCommasInBraces", "up{a=\"1\",,}",
     "1:10: parse error: unexpected \",\" in label matching, expected "
     "identifier or \"}\""},
    {"MatchersWithoutComma", "up{a=\"1\" b=\"2\"}",
     "1:10: parse error: unexpected identifier \"b\" in label matching, "
     "expected \",\" or \"}\""},
    {"TwoBraces", "up{a=\"1\"}{b=\"2\"}",
     "1:10: parse error: unexpected \"{\""},
    {"BadRegexpParenthesis", "up{a=~\"(\"}",
     "1:4: parse error: error parsing regexp: missing closing ): `(`"},
    {"BadRegexpQuote", R"(up{b=~"\\Qc"})",
     R"(1:4: parse error: error parsing regexp: missing closing ): `^(?s:\Qc)$`)"},
    {"BadRegexpRepetition", "up{a=~\"*\"}",
     "1:4: parse error: error parsing regexp: missing argument to repetition "
     "operator: `*`"},
    {"BadRegexpClass", "up{a=~\"[b-a]\"}",
     "1:4: parse error: error parsing regexp: invalid character class range: "
     "`b-a`"},
    {"BadRegexpEscape", "up{a=~\"\\\\q\"}",
     "1:4: parse error: error parsing regexp: invalid escape sequence: `\\q`"},
    {"BadRegexpOfBytes", "up{a=~\"\\\\C\"}",
     "1:4: parse error: error parsing regexp: invalid escape sequence: `\\C`"},
    // Ranges.
    {"EmptyRange", "up[]",
     "1:4: parse error: unexpected \"]\" in subquery or range selector, "
     "expected number, duration, step(), or range()"},
    {"RangeOfAString", "up[\"5m\"]",
     "1:4: parse error: unexpected character in duration expression: '\"'"},
    {"RangeOfZero", "up[0]",
     "1:4: parse error: duration must be greater than 0"},
    {"RangeOfZeroSeconds", "up[0s]",
     "1:4: parse error: duration must be greater than 0"},
    {"RangeBelowZero", "up[-5m]",
     "1:4: parse error: duration must be greater than 0"},
    {"RangeOfANumber", "1[5m]",
     "1:2: parse error: ranges only allowed for vector selectors"},
    {"RangeOfARange", "up[5m][5m]",
     "1:7: parse error: ranges only allowed for vector selectors"},
    {"RangeOfParentheses", "(up)[5m]",
     "1:5: parse error: ranges only allowed for vector selectors"},
    {"RangeBehindOffset", "up offset 5m[5m]",
     "1:13: parse error: no offset modifiers allowed before range"},
    {"RangeBehindAt", "up @ 5 [5m]",
     "1:8: parse error: no @ modifiers allowed before range"},
    {"RangeWithTwoNumbers", "up[5m 5m]",
     "1:7: parse error: unexpected duration \"5m\" in subquery or range, "
     "expected \":\" or \"]\""},
    {"RangeWithoutAnOperand", "up[5m + ]",
     "1:9: parse error: unexpected \"]\" in subquery or range selector, "
     "expected number, duration, step(), or range()"},
    {"DivisionByZeroInARange", "up[5m / 0]",
     "1:7: parse error: division by zero"},
    {"ModuloByZeroInARange", "up[5m % 0]", "1:7: parse error: modulo by zero"},
    {"ColonFirst", "up[:5m]",
     "1:5: parse error: unexpected colon before duration in duration "
     "expression"},
    {"TwoColons", "up[5m:1m:1m]",
     "1:10: parse error: unexpected repeated colon in duration expression"},
    {"SubqueryStepOfZero", "up[5m:0s]",
     "1:7: parse error: duration must be greater than 0"},
    {"SubqueryWithTwoSteps", "up[5m:1m 1m]",
     "1:10: parse error: unexpected duration \"1m\" in subquery selector, "
     "expected \"]\""},
    {"BracketsInBrackets", "up[up[5m]]",
     "1:4: parse error: unexpected character in duration expression: 'u'"},
    // Modifiers.
    {"OffsetWithoutADuration", "up offset",
     "1:10: parse error: unexpected end of input in offset, expected number, "
     "duration, step(), or range()"},
    {"OffsetOfAWord", "up offset bar",
     "1:11: parse error: unexpected identifier \"bar\" in offset, expected "
     "number, duration, step(), or range()"},
    {"OffsetTwice", "up offset 5m offset 3m",
     "1:1: parse error: offset may not be set multiple times"},
    {"OffsetOfANumber", "1 offset 5m",
     "1:1: parse error: offset modifier must be preceded by an instant vector "
     "selector or range vector selector or a subquery"},
    {"OffsetOfACall", "rate(up[5m]) offset 1h",
     "1:1: parse error: offset modifier must be preceded by an instant vector "
     "selector or range vector selector or a subquery"},
    {"OffsetOutOfRange", "up offset inf",
     "1:11: parse error: duration out of range"},
    {"AtWithoutATime", "up @",
     "1:5: parse error: unexpected end of input in @, expected timestamp"},
    {"AtOfAWord", "up @ bar",
     "1:6: parse error: unexpected identifier \"bar\" in @, expected "
     "timestamp"},
    {"AtTwice", "up @ 5 @ 6",
     "1:1: parse error: @ <timestamp> may not be set multiple times"},
    {"AtStartAndTime", "up @ start() @ 5",
     "1:1: parse error: @ <timestamp> may not be set multiple times"},
    {"AtStartWithoutParentheses", "up @ start",
     "1:11: parse error: unexpected end of input in @, expected timestamp"},
    {"AtInfinity", "up @ inf",
     "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"},
    // Beyond what milliseconds hold; Prometheus lets it overflow.
    {"AtBeyondMilliseconds", "up @ 1e16",
     "1:1: parse error: timestamp out of bounds for @ modifier: "
     "10000000000000000.000000"},
    {"AtOfANumber", "1 @ 5",
     "1:1: parse error: @ modifier must be preceded by an instant vector "
     "selector or range vector selector or a subquery"},
    {"AnchoredAndSmoothed", "up[5m] anchored smoothed",
     "1:1: parse error: anchored and smoothed modifiers cannot be used "
     "together"},
    {"AnchoredSubquery", "up[5m:] anchored",
     "1:1: parse error: anchored modifier is not supported for subqueries"},
    // Calls.
    {"UnknownFunction", "foo(1)",
     "1:1: parse error: unknown function with name \"foo\""},
    {"UnknownFunctionInside", "foo(bar(1))",
     "1:5: parse error: unknown function with name \"bar\""},
    {"CommaFirstInACall", "time(,)", "1:6: parse error: unexpected \",\""},
    {"CommaLastInACall", "time(1,)",
     "1:7: parse error: trailing commas not allowed in function call args"},
    {"TwoCommasInACall", "time(1,,2)",
     "1:7: parse error: trailing commas not allowed in function call args"},
    {"ArgumentsWithoutComma", "rate(1 2)",
     "1:8: parse error: unexpected number \"2\""},
    // Aggregations.
    {"AggregationOfNothing", "sum()",
     "1:1: parse error: no arguments for aggregate expression provided"},
    {"AggregationOfTwo", "sum(a, b)",
     "1:1: parse error: wrong number of arguments for aggregate expression "
     "provided, expected 1, got 2"},
    {"ParameterIsMissing", "topk(a)",
     "1:1: parse error: wrong number of arguments for aggregate expression "
     "provided, expected 2, got 1"},
    {"GroupingWithoutParenthesis", "sum by a (b)",
     "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected "
     "\"(\""},
    {"GroupingBehindWithoutParenthesis", "sum(a) by b",
     "1:11: parse error: unexpected identifier \"b\" in grouping opts, "
     "expected \"(\""},
    {"GroupingTwice", "sum by (a) (b) by (c)",
     "1:16: parse error: unexpected <by>"},
    {"GroupingOfANumber", "sum by (5) (a)",
     "1:9: parse error: unexpected number \"5\" in grouping opts, expected "
     "label"},
    {"GroupingOfAMetricName", "sum by (a:b) (c)",
     "1:9: parse error: unexpected metric identifier \"a:b\" in grouping opts, "
     "expected label"},
    {"GroupingWithoutComma", "sum by (a b) (c)",
     "1:11: parse error: unexpected identifier \"b\" in grouping opts, "
     "expected \",\" or \")\""},
    {"GroupingWithTwoCommas", "sum by (a,,b) (c)",
     "1:11: parse error: unexpected \",\" in grouping opts, expected label"},
    {"GroupingOfAnEmptyName", "sum by (\"\") (c)",
     "1:9: parse error: invalid label name for grouping: \"\""},
    {"GroupingWithoutAnExpression", "sum by (a)",
     "1:11: parse error: unexpected end of input in aggregation"},
    {"WordBehindAnAggregation", "MIN (a) keep_common",
     "1:9: parse error: unexpected identifier \"keep_common\""},
    {"WordInsideAnAggregation", "sum(a b)",
     "1:7: parse error: unexpected identifier \"b\" in aggregation"},
    {"ErrorDeepInsideAnAggregation", "sum(rate(a[5m] 5))",
     "1:16: parse error: unexpected number \"5\" in aggregation"},
};

class ParserErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ParserErrorTest, IsPrometheus) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(Parse(GetParam().query, diagnostics), nullptr);
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(PrometheusError(GetParam().query, diagnostics), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Grammar, ParserErrorTest, testing::ValuesIn(kErrors),
                         Name);

// All errors of one run, with their spans.
constexpr Case kSeveral[] = {
    {"EveryUnknownFunctionIsTold", "foo(a) + bar(b)",
     "0-3 unknown function with name \"foo\"; 9-12 unknown function with name "
     "\"bar\""},
    {"ArgumentsAreReadOnBehindAMistake", "clamp(a b, foo(c), 1)",
     "8-9 unexpected identifier \"b\"; 11-14 unknown function with name "
     "\"foo\""},
    {"MatchersAreReadOnBehindAMistake", "up{a, b~\"x\"}",
     "4-5 unexpected \",\" in label matching, expected label matching "
     "operator; 7-12 unexpected character inside braces: '~'"},
    {"MatcherListsAreReadOnBehindAMistake", "up{a, b=\"x\" c, d=} + foo(1)",
     "4-5 unexpected \",\" in label matching, expected label matching "
     "operator; 12-13 unexpected identifier \"c\" in label matching, expected "
     "\",\" or \"}\"; 17-18 unexpected \"}\" in label matching, expected "
     "string; 21-24 unknown function with name \"foo\""},
    {"RegexpsAreAllRead", "up{a=~\"(\", b=~\"*\"}",
     "3-9 error parsing regexp: missing closing ): `(`; 11-17 error parsing "
     "regexp: missing argument to repetition operator: `*`"},
    {"GroupingIsReadOnBehindAMistake", "sum by (1, a b, 2) (foo(c))",
     "8-9 unexpected number \"1\" in grouping opts, expected label; 13-14 "
     "unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"; "
     "16-17 unexpected number \"2\" in grouping opts, expected label; 20-23 "
     "unknown function with name \"foo\""},
    {"BracketsAreReadOnBehindAMistake", "rate(up[5m 5m]) + foo(1)",
     "11-13 unexpected duration \"5m\" in subquery or range, expected \":\" or "
     "\"]\"; 18-21 unknown function with name \"foo\""},
    {"ParenthesesAreReadOnBehindAMistake", "(a b) + foo(1)",
     "3-4 unexpected identifier \"b\"; 8-11 unknown function with name "
     "\"foo\""},
    {"AMistakeAtTheTopEndsReading", "a b + foo(1)",
     "2-3 unexpected identifier \"b\""},
    {"ValueWithoutQuotesIsOneMistake", "up{job=foo-bar} + foo(1)",
     "7-10 unexpected identifier \"foo\" in label matching, expected string"},
    {"OpenBracketIsOneMistake", "rate(up[5m)",
     "10-11 unexpected \")\" in subquery or range, expected \":\" or "
     "\"]\""},
    {"BracesWithoutEndAreASecondMistake", "up{job=api",
     "7-10 unexpected identifier \"api\" in label matching, expected string; "
     "10-10 unexpected end of input inside braces"},
    {"UnclosedIsToldBesideTheFirst", "sum(a b",
     "6-7 unexpected identifier \"b\" in aggregation; 7-7 unclosed left "
     "parenthesis"},
    {"TypesAreNotCheckedBehindAMistake", "foo(1) + rate(up)",
     "0-3 unknown function with name \"foo\""},
    {"AllTypesAreChecked", "rate(up) + abs(\"a\") + sum(1)",
     "5-7 expected type range vector in call to function \"rate\", got instant "
     "vector; 15-18 expected type instant vector in call to function \"abs\", "
     "got string; 26-27 expected type instant vector in aggregation "
     "expression, got scalar"},
    {"SeveralDurationsAreTold", "a[0] + b[1.5h]",
     "2-3 duration must be greater than 0; 9-13 unknown unit \".\" in "
     "duration \"1.5h\""},
};

class SeveralErrorsTest : public testing::TestWithParam<Case> {};

TEST_P(SeveralErrorsTest, AreAllTold) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(Parse(GetParam().query, diagnostics), nullptr);
  std::string all;
  for (const base::Diagnostic& error : diagnostics.all()) {
    absl::StrAppendFormat(&all, "%s%d-%d %s", all.empty() ? "" : "; ",
                          error.span.begin, error.span.end, error.message);
  }
  EXPECT_EQ(all, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Recovery, SeveralErrorsTest,
                         testing::ValuesIn(kSeveral), Name);

// What to write instead; the first error's.
constexpr Case kHelps[] = {
    // A slip of the keyboard away from a word of the language.
    {"Function", "raet(up[5m])", "did you mean rate?"},
    {"AggregationWithParentheses", "cuont(up)", "did you mean count?"},
    {"AggregationBeforeBy", "summ by (job) (up)",
     "did you mean sum instead of summ?"},
    {"By", "sum byy (job) (up)", "did you mean by?"},
    {"ByBehind", "sum(up) byy (job)", "did you mean by?"},
    {"Without", "sum withot (job) (up)", "did you mean without?"},
    {"Offset", "up offest 5m", "did you mean offset?"},
    {"OffsetOfARange", "rate(up[5m] ofset 5m)", "did you mean offset?"},
    {"Anchored", "rate(up[5m] anchord)", "did you mean anchored?"},
    {"Unless", "up unles down", "did you mean unless?"},
    {"UnlessBehindACall", "rate(up[5m]) unles up", "did you mean unless?"},
    {"Atan2", "up atan up", "did you mean atan2?"},
    {"On", "up + onn (job) up", "did you mean on?"},
    {"Ignoring", "up + ignorin(job) up", "did you mean ignoring?"},
    {"IgnoringBehindBool", "up > bool ignorng(job) up",
     "did you mean ignoring?"},
    {"GroupLeft", "up * on (job) group_lefft up",
     "did you mean group_left instead of group_lefft?"},
    {"GroupLeftWithLabels", "up * on (job) group_lefft (x) up",
     "did you mean group_left?"},
    {"Fill", "up + fil(0) up", "did you mean fill?"},
    {"FillBehindMatching", "up + on (job) fill_lef(0) up",
     "did you mean fill_left?"},
    {"Bool", "up > boool 0", "did you mean bool instead of boool?"},
    {"Start", "up @ strat()", "did you mean start?"},
    {"Step", "up[stp()]", "did you mean step?"},
    {"WordBetweenMatchers", "up{a=\"1\" and b=\"2\"}",
     "matchers are parted by commas"},
    {"WordBetweenLabels", "sum by (a and b) (up)", ""},
    {"FarAway", "up ignorance down", ""},
    {"NoWordOfTheLanguage", "up down", ""},
    {"NoWordBefore", "pool 5", ""},
    // What other languages write.
    {"AndOfC", "up && up", "write and"},
    {"OrOfC", "up || up", "write or"},
    {"NotEqualOfSql", "up <> 1", "write !="},
    {"Not", "!up",
     "what has no series is found by absent() and unless, a value of 0 by "
     "== 0"},
    {"SingleEqualsSign", "up = 1", "to compare write =="},
    {"EqualsSignAfterGreater", "up => 1", "write >="},
    {"EqualsSignBeforeLess", "up =< 1", "write <="},
    {"EqualsSignInAList", "sum by (job=x) (up)", ""},
    {"DotsOfNoName", "up + ..", ""},
    {"LabelsOutsideBraces", "up =~ \"a\"",
     "it is for labels: metric{label=~\"a|b\"}"},
    {"NameWithDots", "http.requests",
     "a name with dots stands in quotes and braces: {\"http.requests\"}"},
    {"Minutes", "up[5min]", "units are ms, s, m, h, d, w and y: 1h30m"},
    {"VariableOfGrafana", "rate(up[$__interval])",
     "a variable of Grafana, which Grafana replaces before it asks"},
    {"TypographicQuotes", "up{job=\u201cx\u201d}",
     "a string stands in \" or '"},
    // Numbers and types.
    {"UnitsInTheWrongOrder", "up[5s1m]",
     "units from y to ms, the longest first, each once: 1h30m; 292y at most"},
    {"RangeOfACall", "sum(up)[5m]",
     "a range of an expression is a subquery: (expression)[5m:]"},
    {"RangeOfARange", "up[5m:1m][5m]", ""},
    {"RangeOfANumber", "1h[5m]", ""},
    {"VectorForAScalar", "clamp(up, 0, up)",
     "scalar(expression) makes a scalar of a single series"},
    // Braces, brackets and parentheses.
    {"ValueWithoutQuotes", "up{job=api}",
     "a value stands in quotes: job=\"api\""},
    {"NumberAsValue", "up{code=500}",
     "a value stands in quotes: label=\"value\""},
    {"TwoEqualsSignsInBraces", "up{job==\"api\"}", "to compare labels write ="},
    {"TildeInBraces", "up{job~\"a\"}",
     "a regular expression is matched by =~ or !~"},
    {"MatcherWithoutOperator", "up{job \"a\"}", "=, !=, =~ or !~"},
    {"BracesAreOpen", "sum(up{)", "the braces are not closed"},
    {"BracketIsOpen", "rate(up[5m)", "the bracket is not closed"},
    {"GroupingWithoutParentheses", "sum(up) by job",
     "labels stand in parentheses: by (job)"},
    {"MatchingWithoutParentheses", "up + on job up",
     "labels stand in parentheses: on (job)"},
    {"AggregationWithoutParentheses", "sum up",
     "sum takes its expression in parentheses: sum(...)"},
};

class ParserHelpTest : public testing::TestWithParam<Case> {};

// One mistake, one error.
TEST_P(ParserHelpTest, SaysWhatToWrite) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(Parse(GetParam().query, diagnostics), nullptr);
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.first_error().help, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Mistakes, ParserHelpTest, testing::ValuesIn(kHelps),
                         Name);

// Mistakes of which more than one error is told.
constexpr Case kFirstHelps[] = {
    {"EqualsSignBeforeExclamation", "up =! 1", ""},
    {"LabelsInParentheses", "up(job=\"api\")",
     "labels are matched in braces: metric{label=\"value\"}"},
    {"ArgumentsInAnotherOrder", "histogram_fraction(up, 0, 1)",
     "write histogram_fraction(scalar, scalar, instant vector)"},
    {"ParameterBehind", "topk(up, 3)", "write topk(scalar, instant vector)"},
};

class FirstHelpTest : public testing::TestWithParam<Case> {};

TEST_P(FirstHelpTest, SaysWhatToWrite) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(Parse(GetParam().query, diagnostics), nullptr);
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.first_error().help, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Mistakes, FirstHelpTest,
                         testing::ValuesIn(kFirstHelps), Name);

}  // namespace
}  // namespace promql
