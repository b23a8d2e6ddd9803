#include "alerts/templates/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/functions.h"
#include "tests/alerts/templates/expand_for_up.h"

namespace alerts {
namespace {

// The result of every row but those marked is the one of Prometheus 2.42.
// clang-format off
constexpr ExpandCase kCases[] = {
    {"FloatsPrintAsGo", "{{ 1000000.0 }} {{ 123456789.0 }} {{ 1e20 }} {{ 1e21 }} {{ 0.0001 }} {{ 0.00001 }}",
     "1e+06 1.23456789e+08 1e+20 1e+21 0.0001 1e-05"},
    {"PrintPutsSpacesBetweenNonStrings", R"({{ $value }} {{ print 1 2 "a" 3 "b" }} {{ println 1 "a" }}|{{ print nil }}|{{ nil | print }})",
     R"(ERROR 1:190: executing "__alert_A" at <nil>: nil is not a command)"},
    {"UnknownFieldOfTheRoot", "{{ .Foo }}",
     R"(ERROR 1:115: executing "__alert_A" at <.Foo>: can't evaluate field Foo in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} })"},
    {"FieldOfALabelValue", "{{ $labels.a.b }}",
     R"(ERROR 1:122: executing "__alert_A" at <$labels.a.b>: can't evaluate field b in type string)"},
    {"HumanizeTakesNumbersInText", R"({{ 1 | humanize }} {{ "1e3" | humanize }} {{ "x" | humanize }})",
     R"(ERROR 1:163: executing "__alert_A" at <humanize>: error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax)"},
    {"FloatAndIntegerAreNotComparable", "{{ eq $value 1 }}",
     R"(ERROR 1:115: executing "__alert_A" at <eq $value 1>: error calling eq: incompatible types for comparison)"},
    {"FirstOfNothing", R"({{ first (query "nonexist") }})",
     R"(ERROR 1:115: executing "__alert_A" at <first (query "nonexist")>: error calling first: first() called on vector with no elements)"},
    {"TheDotPrintsAsAStruct", "{{ . }}",
     "{map[__name__:up a:1 b:2] map[ext:E] http://x/y 3}"},
    {"QueryGivesSamples", R"({{ with query "up" }}{{ . | first }}{{ . | first | value }}{{ . | first | label "a" }}{{end}})",
     "{map[__name__:up a:1 b:2] 3}31"},
    {"BadRegexpOfReplace", R"({{ reReplaceAll "(" "x" "y" }})",
     R"(ERROR 1:115: executing "__alert_A" at <reReplaceAll "(" "x" "y">: error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`)"},
    {"ReplaceExpandsGroups", R"({{ reReplaceAll "(.)b*" "<$1>" "abbcbx" }})",
     "<a><c><x>"},
    {"BadRegexpOfMatch", R"({{ match "(" "y" }})",
     R"(ERROR 1:115: executing "__alert_A" at <match "(" "y">: error calling match: error parsing regexp: missing closing ): `(`)"},
    {"GroupsAreNamedAsInGo", R"go({{ reReplaceAll "(?<x>a)" "<$x>" "aba" }})go",
     "<a>b<a>"},
    {"NoSingleBytesInGo", R"({{ match "\\C" "y" }})",
     R"(ERROR 1:115: executing "__alert_A" at <match "\\C" "y">: error calling match: error parsing regexp: invalid escape sequence: `\C`)"},
    {"BadQuery", R"({{ query "up +" }})",
     R"(ERROR 1:115: executing "__alert_A" at <query "up +">: error calling query: 1:5: parse error: unexpected end of input)"},
    {"TimeHasNoLength", "{{ toTime 1e9 }} {{ humanizeTimestamp 1435065584.128 }} {{ toTime 1e9 | len }}",
     R"(ERROR 1:184: executing "__alert_A" at <len>: error calling len: len of type time.Time)"},
    {"MethodsOfTimes", R"({{ (toTime 1e9).Year }} {{ (toTime 1e9).Format "2006-01-02 15:04:05" }})",
     "2001 2001-09-09 01:46:40"},
    {"Links", R"({{ graphLink "up{a=\"b c\"}" }} {{ tableLink "up>1" }})",
     "/graph?g0.expr=up%7Ba%3D%22b+c%22%7D&g0.tab=0 /graph?g0.expr=up%3E1&g0.tab=1"},
    {"FieldOfAnInteger", "{{ $foo := 1 }}{{ $foo.bar }}",
     R"(ERROR 1:134: executing "__alert_A" at <$foo.bar>: can't evaluate field bar in type int)"},
    {"UnknownTemplate", R"({{ template "x" }})",
     R"(ERROR 1:124: executing "__alert_A" at <{{template "x"}}>: template "x" not defined)"},
    {"AssignmentToUndeclared", "{{ $x = 1 }}",
     R"(ERROR 1:120: executing "__alert_A" at <1>: undefined variable: $x)"},
    {"ArgumentOfANumber", "{{ 1 2 }}",
     R"(ERROR 1:115: executing "__alert_A" at <1>: can't give argument to non-function 1)"},
    {"PipeIntoNothing", "{{ $value | }}",
     "3"},
    {"ParseDuration", R"({{ parseDuration "1h" }} {{ parseDuration "x" }})",
     R"(ERROR 1:140: executing "__alert_A" at <parseDuration "x">: error calling parseDuration: not a valid duration string: "x")"},
    {"PrintfVerbs", R"({{ printf "%d %s %v %5.2f|%q %x %t" 1 "a" $labels 3.14159 "q" "hex" true }})",
     R"(1 a map[__name__:up a:1 b:2]  3.14|"q" 686578 true)"},
    {"PrintfMistakes", R"({{ printf "%d" "a" }} {{ printf "%s" 1 }} {{ printf "%d" }} {{ printf "x" 1 }} {{ printf "%d" 1.5 }})",
     "%!d(string=a) %!s(int=1) %!d(MISSING) x%!(EXTRA int=1) %!d(float64=1.5)"},
    {"IndexByTheWrongType", R"({{ len "abc" }} {{ len $labels }} {{ index $labels "a" }} {{ index $labels 1 }})",
     R"(ERROR 1:173: executing "__alert_A" at <index $labels 1>: error calling index: value has type int; should be string)"},
    {"IndexOutOfRange", R"({{ index "abc" 5 }})",
     R"(ERROR 1:115: executing "__alert_A" at <index "abc" 5>: error calling index: index out of range: 5)"},
    {"SliceAndEscapes", R"({{ slice "abcdef" 1 3 }} {{ html "<a&\"'>" }} {{ urlquery "a b&c" }} {{ js "<a>'" }})",
     R"(bc &lt;a&amp;&#34;&#39;&gt; a+b%26c \u003Ca\u003E\')"},
    {"NilIsNoCommand", "{{ nil }}",
     R"(ERROR 1:115: executing "__alert_A" at <nil>: nil is not a command)"},
    {"TooFewArguments", R"({{ label "a" }})",
     R"(ERROR 1:115: executing "__alert_A" at <label>: wrong number of args for label: want 2 got 1)"},
    {"WrongArgumentType", R"({{ "x" | first }})",
     R"(ERROR 1:121: executing "__alert_A" at <first>: wrong type for value; expected template.queryResult; got string)"},
    {"LogicAndComparison", R"({{ if $value }}y{{ end }}{{ and 1 0 }}{{ or 0 2 }}{{ not 1 }}{{ lt 1 2 }}{{ ge 1.5 2.5}}{{ eq "a" "b" "a" }})",
     "y02falsetruefalsetrue"},
    {"HumanizeFamily", "{{ humanizeDuration 100000 }} {{ humanizeDuration 0.001 }} {{ humanizeDuration -61.5 }} {{ humanizePercentage 0.1234567 }} {{ humanize1024 1048576 }} {{ humanize 1234567 }} {{ humanize 0.00012 }}",
     "1d 3h 46m 40s 1ms -1m 1s 12.35% 1Mi 1.235M 120u"},
    {"StripAndTitle", R"({{ stripPort "a:1" }} {{ stripDomain "a.b.c:1" }} {{ stripDomain "1.2.3.4:1" }} {{ title "ab cd" }} {{ safeHtml "<b>" }})",
     "a a:1 1.2.3.4:1 Ab Cd <b>"},
    {"ArgsMakesAMap", R"({{ args 1 "a" }} {{ (args 1).arg0 }} {{ (args 1).nope }})",
     "map[arg0:1 arg1:a] 1 <no value>"},
    {"ExternalLabelsAndUrl", "{{ $externalLabels.ext }} {{ $externalURL }}",
     "E http://x/y"},
    {"TimeOverflows", R"({{ toTime "1e300" }})",
     R"(ERROR 1:115: executing "__alert_A" at <toTime "1e300">: error calling toTime: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64)"},
    {"RangeOverMapAndQuery", R"({{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}{{ range query "up" }}{{ .Labels.a }} {{ .Value }}{{ end }})",
     "__name__=up;a=1;b=2;1 3"},
    {"ArgumentOfAString", R"({{ "a" 1 }})",
     R"(ERROR 1:115: executing "__alert_A" at <"a">: can't give argument to non-function "a")"},
    {"SliceOutOfRange", R"({{ 1.5 | printf "%v" }} {{ slice "abc" 5 }})",
     R"(ERROR 1:139: executing "__alert_A" at <slice "abc" 5>: error calling slice: index out of range: 5)"},
    {"PrintfWidths", R"({{ printf "%6.2f|%-6d|%06d|%+d|%x|%X|%e|%g" 1.5 3 4 5 255 255 1234.5 1e7 }})",
     "  1.50|3     |000004|+5|ff|FF|1.234500e+03|1e+07"},
    {"SortByLabel", R"({{ sortByLabel "a" (query "up") | first }})",
     "{map[__name__:up a:1 b:2] 3}"},
    {"NoArguments", "{{ not }}",
     R"(ERROR 1:115: executing "__alert_A" at <not>: wrong number of args for not: want 1 got 0)"},
    {"PrintfOddities", R"({{ printf "%!" }} {{ printf "%z" 1 }} {{ printf "%*d" 5 1 }} {{ printf "%[2]d %[1]d" 1 2 }} {{ printf "%T %T %T" 1 $labels 1.5 }})",
     "%!!(MISSING) %!z(int=1)     1 2 1 int map[string]string float64"},
    {"CallOfANumber", "{{ call 1 }}",
     R"(ERROR 1:115: executing "__alert_A" at <call 1>: error calling call: non-function of type int)"},
    {"LengthOfANumber", "{{ len 1 }}",
     R"(ERROR 1:115: executing "__alert_A" at <len 1>: error calling len: len of type int)"},
    {"LessOfMixedTypes", R"({{ lt 1 "a" }})",
     R"(ERROR 1:115: executing "__alert_A" at <lt 1 "a">: error calling lt: incompatible types for comparison)"},
    {"Variables", "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ $y }}{{ end }}{{ $x }}",
     "32"},
    {"ElseIf", "{{ if eq $value 1.0 }}one{{ else if eq $value 3.0 }}three{{ else }}other{{ end }}",
     "three"},
    {"RangeElse", R"({{ range query "nonexist" }}x{{ else }}none{{ end }})",
     "none"},
    {"RangeBreakAndContinue", R"({{ range $k, $v := $labels }}{{ if eq $k "a" }}{{ continue }}{{ end }}{{ if eq $k "b" }}{{ break }}{{ end }}{{ $k }}{{ end }})",
     "__name__"},
    {"WithSetsTheDot", "{{ with $labels }}{{ .a }}{{ end }}{{ with .Labels.nope }}x{{ else }}{{ .Value }}{{ end }}",
     "13"},
    {"DefineAndTemplate", R"({{ define "t" }}<{{ . }}>{{ end }}{{ template "t" $value }}{{ template "t" }}{{ template "t" .Labels.a }})",
     "<3><<no value>><1>"},
    {"BlockDefinesAndCalls", R"({{ block "t" .Labels.a }}[{{ . }}]{{ end }}{{ template "t" 2 }})",
     "[1][2]"},
    {"TemplatesSeeNoVariables", R"({{ define "t" }}{{ $.x }}{{ end }}{{ template "t" args 1 }})",
     "<no value>"},
    {"TrimMarkers", "a  {{- 1 -}}  b {{- /* c */ -}} d {{ -1 }}",
     "a1bd -1"},
    {"Comments", "a{{/* b */}}c",
     "ac"},
    {"RawStringsAndCharacters", R"({{ `a\b` }}{{ 'a' }}{{ "\u00e9\x41\101" }}{{ len `"` }})",
     R"(a\b97éAA1)"},
    {"Numbers", "{{ 0x10 }} {{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 1e3 }} {{ .5 }} {{ +3 }} {{ 1.0 }}",
     "16 3 15 15 1000 1000 0.5 3 1"},
    {"ShortCircuit", R"({{ and 0 (index "" 5) }}{{ or 1 (index "" 5) }})",
     "01"},
    {"PipesPassTheLastArgument", R"({{ "abc" | printf "%s-%s" "x" | toUpper }}{{ "a" | label "a" }})",
     R"(ERROR 1:169: executing "__alert_A" at <"a">: wrong type for value; expected *template.sample; got string)"},
    {"MissingLabelIsEmpty", R"([{{ $labels.nope }}][{{ index $labels "nope" }}])",
     "[][]"},
    {"ParenthesisedField", R"({{ (first (query "up")).Labels.a }}{{ (query "up" | first).Value }})",
     "13"},
    {"IndexOfSamples", R"({{ (index (query "up") 0).Value }}{{ index (query "up") 1 }})",
     R"(ERROR 1:149: executing "__alert_A" at <index (query "up") 1>: error calling index: reflect: slice index out of range)"},
    {"NotEqualAndOrder", R"({{ ne 1 2 }} {{ ne "a" "a" }} {{ le 2 2 }} {{ gt "b" "a" }} {{ ge 1.5 1.5 }} {{ lt "a" "b" }})",
     "true false true true true true"},
    {"NotComparable", "{{ eq $labels $labels }}",
     R"(ERROR 1:115: executing "__alert_A" at <eq $labels $labels>: error calling eq: non-comparable type map[__name__:up a:1 b:2]: map[string]string)"},
    {"MultipleLinesCountLinesAndColumns", "x\ny {{ $value.a }}",
     R"(ERROR 2:11: executing "__alert_A" at <$value.a>: can't evaluate field a in type float64)"},
    {"HumanizeSmallAndNegative", R"({{ humanize 0.0 }} {{ humanize -1500 }} {{ humanize 999.99 }} {{ humanize 1e30 }} {{ humanize 1e-30 }} {{ humanize "NaN" }} {{ humanize "+Inf" }} {{ humanize1024 0.5 }} {{ humanize1024 1025 }})",
     "0 -1.5k 1000 1e+06Y 1e-06y NaN +Inf 0.5 1.001ki"},
    {"HumanizeDurations", R"({{ humanizeDuration 0 }} {{ humanizeDuration 59.99 }} {{ humanizeDuration 60 }} {{ humanizeDuration 3600 }} {{ humanizeDuration 86400 }} {{ humanizeDuration 0.00001 }} {{ humanizeDuration -0.5 }} {{ humanizeDuration "Inf" }} {{ humanizeDuration 1.5 }})",
     "0s 59.99s 1m 0s 1h 0m 0s 1d 0h 0m 0s 10us -500ms +Inf 1.5s"},
    {"HumanizePercentages", R"({{ humanizePercentage 0.5 }} {{ humanizePercentage 1 }} {{ humanizePercentage -0.00001 }} {{ humanizePercentage "NaN" }} {{ humanizePercentage 12345 }})",
     "50% 100% -0.001% NaN% 1.234e+06%"},
    {"HumanizeTimestamps", R"({{ humanizeTimestamp 0 }} {{ humanizeTimestamp 1.5 }} {{ humanizeTimestamp "NaN" }} {{ humanizeTimestamp -1 }})",
     "1970-01-01 00:00:00 +0000 UTC 1970-01-01 00:00:01.5 +0000 UTC NaN 1969-12-31 23:59:59 +0000 UTC"},
    {"HumanizeOfWhatIsTooLarge", R"({{ humanize "1e400" }})",
     R"(ERROR 1:115: executing "__alert_A" at <humanize "1e400">: error calling humanize: strconv.ParseFloat: parsing "1e400": value out of range)"},
    {"DurationTooLong", R"({{ parseDuration "300y" }})",
     R"(ERROR 1:115: executing "__alert_A" at <parseDuration "300y">: error calling parseDuration: duration out of range)"},
    {"ScriptEscapesWhatIsNotPrinted", R"({{ js "a\u00a0b\x01é\n" }})",
     R"(a\u00A0b\u0001é\u000A)"},
    {"HumanizeOfAMap", "{{ humanize $labels }}",
     R"(ERROR 1:115: executing "__alert_A" at <humanize $labels>: error calling humanize: can't convert map[string]string to float)"},
    {"PrintfStrings", R"({{ printf "%5s|%-5s|%.2s|%05d|%q|%v" "ab" "ab" "abcd" -42 'x' true }})",
     "   ab|ab   |ab|-0042|'x'|true"},
    {"PrintfFloats", R"({{ printf "%f %.3f %e %g %G %.3g %8.3f %+.1f %v" 1.5 2.0 3.25 1e-7 1e-7 1234.5678 3.14159 2.0 1e6 }})",
     "1.500000 2.000 3.250000e+00 1e-07 1E-07 1.23e+03    3.142 +2.0 1e+06"},
    {"PrintfOfValue", R"({{ printf "%.2f" $value }} {{ printf "%d" $value }} {{ printf "%s" $value }})",
     "3.00 %!d(float64=3) %!s(float64=3)"},
    {"PrintfHex", R"({{ printf "%x %X %#x %o %b %c %U" 255 255 255 8 5 65 65 }})",
     "ff FF 0xff 10 101 A U+0041"},
    {"PrintfMaps", R"({{ printf "%v %s" $labels $labels }})",
     "map[__name__:up a:1 b:2] map[__name__:up a:1 b:2]"},
    {"PrintlnAndHtmlOfSeveral", R"({{ println 1 2 "a" }}{{ html 1 2 "<" }}{{ urlquery "a" 1 "&" }})",
     "1 2 a\n1 2&lt;a1%26"},
    {"ReplaceNamedAndUnknownGroups", R"({{ reReplaceAll "(?P<x>a)(b)?" "${x}$2$9-$$-$" "abaXa" }})",
     "ab-$-$a-$-$Xa-$-$"},
    {"ReplaceEmptyMatches", R"({{ reReplaceAll "a*" "-" "baac" }} {{ reReplaceAll "" "-" "é" }})",
     "-b-c- -é-"},
    {"MatchIsNotAnchored", R"({{ match "b" "abc" }} {{ match "^b" "abc" }})",
     "true false"},
    {"StripPorts", R"({{ stripPort "[::1]:80" }} {{ stripPort "a:b:c" }} {{ stripPort "host" }} {{ stripDomain "a.b" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "x.y:1" }})",
     "::1 a:b:c host a [::1]:80 x:1"},
    {"TitleAndCase", R"({{ title "hello wORLD a_b c-d it's" }} {{ toUpper "aB1" }} {{ toLower "AbC" }})",
     "Hello WORLD A_b C-D It'S AB1 abc"},
    {"QueryEscape", R"({{ urlquery "a=b&c d/é~" }})",
     "a%3Db%26c+d%2F%C3%A9~"},
    {"StrvalueIsALabel", R"({{ query "up" | first | strvalue }}|)",
     "|"},
    {"ValueOfAStringFails", R"({{ value "x" }})",
     R"(ERROR 1:121: executing "__alert_A" at <"x">: can't handle "x" for arg of type *template.sample)"},
    {"NilArgument", "{{ toUpper nil }}",
     R"(ERROR 1:123: executing "__alert_A" at <nil>: cannot assign nil to string)"},
    {"NumberForAString", "{{ toUpper 1 }}",
     R"(ERROR 1:123: executing "__alert_A" at <1>: expected string; found 1)"},
    {"LabelOfNil", R"({{ label "a" nil }})",
     R"(ERROR 1:115: executing "__alert_A" at <label "a" nil>: error calling label: runtime error: invalid memory address or nil pointer dereference)"},
    {"FunctionNeedsNoMore", R"({{ toUpper "a" "b" }})",
     R"(ERROR 1:115: executing "__alert_A" at <toUpper>: wrong number of args for toUpper: want 1 got 2)"},
    {"ChainOfDollar", "{{ $.Labels.a }}{{ $.Value }}",
     "13"},
    {"RangeWithIndex", R"({{ range $i, $s := query "up" }}{{ $i }}:{{ $s.Labels.b }}{{ end }})",
     "0:2"},
    {"WithVariable", "{{ with $x := $labels.a }}{{ $x }}{{ . }}{{ end }}",
     "11"},
    {"NestedTemplateError", R"({{ define "t" }}{{ .foo }}{{ end }}{{ template "t" 1 }})",
     R"(ERROR 1:131: executing "t" at <.foo>: can't evaluate field foo in type int)"},
    {"FieldWithArguments", "{{ .Labels 1 }}|{{ $labels.a 1 }}",
     R"(ERROR 1:115: executing "__alert_A" at <.Labels>: Labels has arguments but cannot be invoked as function)"},
    {"MapFieldWithArguments", "{{ $labels.a 1 }}",
     R"(ERROR 1:122: executing "__alert_A" at <$labels.a>: a is not a method but has arguments)"},
    {"ExponentOfTime", R"x({{ (toTime 1e9).Format "Jan 2, 2006 at 3:04pm (MST)" }} {{ (toTime 1e9).Weekday }} {{ (toTime 1.25).Unix }})x",
     "Sep 9, 2001 at 1:46am (UTC) Sunday 1"},
    {"BoolPrintsAndLogicReturnsValues", R"({{ true }} {{ and 1 "x" }} {{ or "" 0 }} {{ not "" }})",
     "true x 0 true"},
    {"SliceOfSamples", R"({{ len (slice (query "up") 0 1) }})",
     "1"},
    {"TemplateOfUndefinedVariableKeepsDollar", R"({{ define "t" }}{{ $ }}{{ end }}{{ template "t" $labels.b }})",
     "2"},
    {"DurationOfText", R"({{ parseDuration "1h30m" | humanizeDuration }})",
     "1h 30m 0s"},
    {"StringInRange", R"({{ range "abc" }}x{{ end }})",
     R"(ERROR 1:121: executing "__alert_A" at <"abc">: range can't iterate over abc)"},
    {"ComplexTernary", R"({{ with query "up" }}{{ with (. | first) }}{{ if gt .Value 2.0 }}high {{ .Labels.a }}{{ end }}{{ end }}{{ end }})",
     "high 1"},
    // Ours alone: 2.42 does not know these.
    {"NowIsTheEvaluationTime", "{{ now }}", "1.5"},
    {"ToDurationPrintsAsGo", "{{ toDuration 3661.5 }} {{ toDuration 0.0015 }} {{ toDuration 0 }} {{ (toDuration 90).Minutes }}",
     "1h1m1.5s 1.5ms 0s 1.5"},
    {"ToDurationHumanizes", "{{ toDuration 90 | humanizeDuration }}", "1m 30s"},
    {"ElseWith", "{{ with .Labels.nope }}x{{ else with .Labels.a }}a{{ . }}{{ end }}", "a1"},
    {"RangeOverAnInteger", "{{ range 3 }}{{ . }}{{ end }}{{ range $i := 2 }}{{ $i }}{{ end }}{{ range 0 }}x{{ else }}none{{ end }}", "01201none"},
    {"RangeOverAnIntegerHasOneVariable", "{{ range $i, $x := 3 }}{{ end }}",
     R"(ERROR 1:131: executing "__alert_A" at <3>: can't use 3 to iterate over more than one variable)"},
    {"FieldOfANumber", "{{ .Value.Foo }}",
     R"(ERROR 1:121: executing "__alert_A" at <.Value.Foo>: can't evaluate field Foo in type interface {})"},
    {"FieldOfTheValue", "{{ $value.Foo }}",
     R"(ERROR 1:121: executing "__alert_A" at <$value.Foo>: can't evaluate field Foo in type float64)"},
    {"ExternalUrlAndItsPath", "{{ externalURL }} {{ pathPrefix }}", "http://x/y /y"},
};
// clang-format on

class TemplateTest : public testing::TestWithParam<ExpandCase> {};

TEST_P(TemplateTest, Expands) {
  EXPECT_EQ(ExpandForUp(GetParam().text), WantedText(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(Language, TemplateTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

// Texts of Prometheus 2.42; the place is ours.
struct ErrorCase {
  const char* name;
  const char* text;
  const char* want;
};

// clang-format off
constexpr ErrorCase kErrors[] = {
    {"UnclosedAction", "{{ $value",
     "template: __alert_A:1: unclosed action"},
    {"UnknownFunction", "{{ nofn }}",
     R"(template: __alert_A:1: function "nofn" not defined)"},
    {"UndefinedVariable", "a {{ $foo }}",
     R"(template: __alert_A:1: undefined variable "$foo")"},
    {"TooManyRightParens", "{{ ) }}",
     R"x(template: __alert_A:1: unexpected ")" in command)x"},
    {"UnclosedParen", "{{ (1 }}",
     "template: __alert_A:1: unclosed left paren"},
    {"TmplIsForConsoles", "{{ tmpl 1 2 }}",
     R"(template: __alert_A:1: function "tmpl" not defined)"},
    {"IfWithoutCondition", "{{ if }}",
     "template: __alert_A:1: missing value for if"},
    {"NoEnd", "{{ if 1 }}x",
     "template: __alert_A:1: unexpected EOF"},
    {"EndWithoutBlock", "{{ end }}",
     "template: __alert_A:1: unexpected {{end}}"},
    {"TooManyRangeVariables", "{{ range $a, $b, $c := . }}{{end}}",
     "template: __alert_A:1: too many declarations in range"},
    {"DashInFieldName", "{{ .Labels.foo-bar }}",
     "template: __alert_A:1: bad character U+002D '-'"},
    {"ElseWithoutIf", "{{else}}",
     "template: __alert_A:1: unexpected {{else}}"},
    {"FieldOfANumber", "{{ 1.a }}",
     R"(template: __alert_A:1: bad number syntax: "1.a")"},
    {"BreakOutsideRange", "{{break}}",
     "template: __alert_A:1: {{break}} outside {{range}}"},
    {"PipeIntoAString", R"({{ "a" | "b" }})",
     "template: __alert_A:1: non executable command in pipeline stage 2"},
    {"SpaceBeforeComment", "{{ /* a */ }}",
     R"(template: __alert_A:1: unexpected "/" in command)"},
    {"UnclosedComment", "{{/* a }}",
     "template: __alert_A:1: unclosed comment"},
    {"CommentWithMore", "{{/* a */ x }}",
     "template: __alert_A:1: comment ends before closing delimiter"},
    {"TemplateNameIsNoString", "{{ template a }}",
     R"(template: __alert_A:1: unexpected "a" in template clause)"},
    {"DefinedTwice", R"({{define "a"}}y{{end}}{{define "a"}}x{{end}})",
     R"(template: __alert_A:1: template: multiple definition of template "a")"},
    {"BadNumber", "{{ 0x }}",
     R"(template: __alert_A:1: illegal number syntax: "0x")"},
    {"HugeInteger", "{{ 99999999999999999999 }}",
     R"(template: __alert_A:1: integer overflow: "99999999999999999999")"},
    {"StrangeCharacter", "{{ ☺ }}",
     "template: __alert_A:1: unrecognized character in action: U+263A '☺'"},
    {"LaterLine", "\n{{ $value\n  | foo }}",
     R"(template: __alert_A:3: function "foo" not defined)"},
    {"UnterminatedString", R"({{ "abc }})",
     "template: __alert_A:1: unterminated quoted string"},
    {"UnterminatedRawString", "{{ `abc }}",
     "template: __alert_A:1: unterminated raw quoted string"},
    {"UnterminatedCharacter", "{{ 'a }}",
     "template: __alert_A:1: unterminated character constant"},
    {"LoneColon", "{{ $x : 1 }}",
     R"(template: __alert_A:1: undefined variable "$x")"},
    {"ActionOverLines", "{{ $value\n",
     "template: __alert_A:2: unclosed action started at __alert_A:1"},
    {"UnclosedStringOnALaterLine", "{{ $value\n \"a }}",
     "template: __alert_A:2: unterminated quoted string in action started at __alert_A:1"},
    {"EmptyAction", "{{ }}",
     "template: __alert_A:1: missing value for command"},
    {"DotAfterString", R"({{ "a".b }})",
     R"(template: __alert_A:1: unexpected . after term "\"a\"")"},
    {"UnexpectedComma", "{{ 1, 2 }}",
     R"(template: __alert_A:1: unexpected "," in operand)"},
    {"ElseTwice", "{{ if 1 }}{{ else }}{{ else }}{{ end }}",
     "template: __alert_A:1: expected end; found {{else}}"},
    {"DefineInside", R"({{ if 1 }}{{ define "x" }}{{ end }}{{ end }})",
     "template: __alert_A:1: unexpected <define> in command"},
    {"VariableOutOfScope", "{{ if 1 }}{{ $x := 1 }}{{ end }}{{ $x }}",
     R"(template: __alert_A:1: undefined variable "$x")"},
    {"BadEscape", R"({{ "\q" }})",
     "template: __alert_A:1: invalid syntax"},
    {"RangeIntoNothing", "{{ range $i, 1 }}{{ end }}",
     "template: __alert_A:1: range can only initialize variables"},
    {"TwoVariablesOutsideRange", "{{ $a, $b := 1 }}",
     "template: __alert_A:1: too many declarations in command"},
    {"MissingOperandInParens", "{{ () }}",
     "template: __alert_A:1: missing value for parenthesized pipeline"},
    {"UnclosedBlock", R"({{ block "a" . }}x)",
     "template: __alert_A:1: unexpected EOF"},
    {"ElseInDefine", R"({{ define "a" }}{{ else }}{{ end }})",
     "template: __alert_A:1: unexpected {{else}} in define clause"},
    {"NilWithField", "{{ nil.a }}",
     R"(template: __alert_A:1: unexpected . after term "nil")"},
    {"BadCharacterConstant", "{{ 'ab' }}",
     "template: __alert_A:1: malformed character constant: 'ab'"},
    {"NoCharacterAtAll", "{{ '' }}",
     "template: __alert_A:1: invalid syntax"},
    {"CharacterThatIsNotPrintable", "{{ \u00a0 }}",
     "template: __alert_A:1: unrecognized character in action: U+00A0"},
    {"CommentEndsBehindItsBeginning", "{{/*/}}",
     "template: __alert_A:1: unclosed comment"},
    {"HugeComplexNumber", "{{ 1e999i }}",
     R"(template: __alert_A:1: illegal number syntax: "1e999i")"},
    {"EndInParens", "{{ (end) }}",
     "template: __alert_A:1: unexpected <end> in parenthesized pipeline"},
};
// clang-format on

class TemplateErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(TemplateErrorTest, Reports) {
  base::Diagnostics diagnostics;
  const std::string text = GetParam().text;
  EXPECT_EQ(ParseTemplate("A", text, diagnostics), nullptr);
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.first_error().message, GetParam().want);
  EXPECT_LE(diagnostics.first_error().span.end, text.size());
}

INSTANTIATE_TEST_SUITE_P(Syntax, TemplateErrorTest, testing::ValuesIn(kErrors),
                         [](const auto& row) { return row.param.name; });

TEST(TemplateErrorPlace, IsTheWrongToken) {
  base::Diagnostics diagnostics;
  ParseTemplate("A", "a {{ $foo }}", diagnostics);
  EXPECT_EQ(diagnostics.first_error().span.begin, 5U);
}

// "message [help] at text" of each, "; " between them.
std::string MistakesIn(std::string_view text) {
  base::Diagnostics diagnostics;
  const auto parsed = ParseTemplate("A", text, diagnostics);
  if (parsed == nullptr) return diagnostics.first_error().message;
  std::string mistakes;
  for (const TemplateMistake& row : parsed->mistakes()) {
    if (!mistakes.empty()) mistakes += "; ";
    mistakes +=
        absl::StrFormat("%s%s at %s", row.message,
                        row.help.empty() ? "" : " [" + row.help + "]",
                        std::string(text.substr(
                            row.span.begin, row.span.end - row.span.begin)));
  }
  return mistakes;
}

TEST(TemplateMistakes, AreWhatFailsWhateverTheAlert) {
  EXPECT_EQ(MistakesIn("no action"), "");
  EXPECT_EQ(MistakesIn("{{ .Label.job }}"),
            "there is no .Label [did you mean \".Labels\"?] at .Label.job");
  EXPECT_EQ(MistakesIn("{{ if gt $value 90 }}x{{ end }}"),
            "gt cannot compare a floating-point number with a whole number "
            "[write the number with a point: 90.0] at gt $value 90");
  EXPECT_EQ(MistakesIn("{{ toUpper $value }}"),
            "argument 1 of toUpper is a text, and gets a floating-point number "
            "[print or printf makes a text of it] at toUpper $value");
  EXPECT_EQ(MistakesIn("{{ humanize }}{{ 1 | title | print }}"),
            "humanize wants 1 argument, and gets 0 at humanize; argument 1 of "
            "title is a text, and gets a whole number [print or printf makes a "
            "text of it] at title");
}

// Each read as name@begin-end; "*" for the whole map, "?" behind a guarded one,
// "ext:" before an external label.
std::string Reads(std::string_view text) {
  base::Diagnostics diagnostics;
  const auto parsed = ParseTemplate("A", text, diagnostics);
  if (parsed == nullptr) return diagnostics.first_error().message;
  std::string reads;
  for (const LabelRead& read : parsed->label_reads()) {
    if (!reads.empty()) reads += " ";
    if (read.map == TemplateMap::kExternalLabels) reads += "ext:";
    reads += absl::StrFormat(
        "%s%s@%s", read.name.empty() ? "*" : read.name, read.guarded ? "?" : "",
        std::string(
            text.substr(read.span.begin, read.span.end - read.span.begin)));
  }
  return reads;
}

// The places that print the value as it is, "|" between them.
std::string ValuePrints(std::string_view text) {
  base::Diagnostics diagnostics;
  const auto parsed = ParseTemplate("A", text, diagnostics);
  if (parsed == nullptr) return diagnostics.first_error().message;
  std::string prints;
  for (const base::Span print : parsed->value_prints()) {
    if (!prints.empty()) prints += "|";
    prints += text.substr(print.begin, print.end - print.begin);
  }
  return prints;
}

TEST(TemplateValue, IsPrintedAsItIsOnlyWhereNothingFormatsIt) {
  EXPECT_EQ(ValuePrints("no action"), "");
  EXPECT_EQ(ValuePrints("at {{ $value }} or {{- .Value -}}."), "$value|.Value");
  EXPECT_EQ(ValuePrints("{{ $v := $value }}{{ $v }}{{ $.Value }}"),
            "$v|$.Value");
  EXPECT_EQ(ValuePrints("{{ ($value) }}"), "($value)");
  EXPECT_EQ(ValuePrints("{{ $value | humanize }}{{ printf \"%.2f\" $value }}"),
            "");
  EXPECT_EQ(ValuePrints("{{ if gt $value 1.0 }}{{ $labels.a }}{{ end }}"), "");
  EXPECT_EQ(ValuePrints("{{ range query \"up\" }}{{ .Value }}{{ end }}"), "");
}

struct ReadCase {
  const char* name;
  const char* text;
  const char* want;
};

// clang-format off
constexpr ReadCase kReads[] = {
    {"Nothing", "up {{ $value }}", ""},
    {"Variable", "{{ $labels.job }} x {{$labels.a}}", "job@$labels.job a@$labels.a"},
    {"Field", "{{ .Labels.job }}", "job@.Labels.job"},
    {"DollarField", "{{ with 1 }}{{ $.Labels.job }}{{ end }}", "job@$.Labels.job"},
    {"Index", R"({{ index $labels "a-b" }})", R"(a-b@$labels "a-b")"},
    {"IndexByVariable", "{{ $n := 1 }}{{ index $labels $n }}", "*@$labels"},
    {"External", "{{ $externalLabels.dc }}{{ .ExternalLabels.x }}",
     "ext:dc@$externalLabels.dc ext:x@.ExternalLabels.x"},
    {"Whole", "{{ $labels }}", "*@$labels"},
    {"RangeOverAll", "{{ range $k, $v := $labels }}{{ $k }}{{ end }}", "*@$k, $v := $labels"},
    {"Alias", "{{ $l := $labels }}{{ $l.job }}", "job@$l.job"},
    {"WithLabels", "{{ with $labels }}{{ .job }}{{ end }}", "job@.job"},
    {"LabelsOfAQueryAreOthers",
     R"({{ range query "up" }}{{ .Labels.instance }}{{ end }}{{ with query "up" | first }}{{ .Labels.x }}{{ end }})",
     ""},
    {"Piped", "{{ $labels.job | toUpper | printf \"%s\" }}", "job@$labels.job"},
    {"InParentheses", "{{ printf \"%s\" (toUpper $labels.job) }}", "job@$labels.job"},
    {"Guarded", "{{ if $labels.ns }}{{ $labels.ns }}{{ end }}{{ $labels.ns }}",
     "ns?@$labels.ns ns?@$labels.ns ns@$labels.ns"},
    {"InTheElseBranch", "{{ if $value }}{{ else }}{{ $labels.a }}{{ end }}", "a@$labels.a"},
    {"PassedToATemplate", R"({{ define "t" }}{{ .job }}{{ end }}{{ template "t" $labels }})", "job@.job"},
    {"Reassigned", "{{ $l := $labels }}{{ $l = 1 }}{{ $l }}", ""},
};
// clang-format on

class TemplateReadsTest : public testing::TestWithParam<ReadCase> {};

TEST_P(TemplateReadsTest, Finds) {
  EXPECT_EQ(Reads(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Labels, TemplateReadsTest, testing::ValuesIn(kReads),
                         [](const auto& row) { return row.param.name; });

TEST(TemplateBudget, RecursionEnds) {
  EXPECT_THAT(ExpandForUp(R"({{ define "t" }}{{ template "t" }}{{ end }})"
                          R"({{ template "t" }})"),
              testing::HasSubstr("exceeded maximum template depth"));
}

TEST(TemplateBudget, NestedRangesEnd) {
  std::string text = "x";
  for (int i = 0; i < 12; ++i) text = "{{ range 100 }}" + text + "{{ end }}";
  EXPECT_THAT(ExpandForUp(text), testing::HasSubstr("too"));
}

TEST(TemplateBudget, EmptyRangesEnd) {
  EXPECT_THAT(ExpandForUp("{{ range 1000000000000 }}{{ end }}"),
              testing::HasSubstr("too many steps"));
}

TEST(TemplateBudget, DoublingTextEnds) {
  std::string text = "{{ $x := \"0123456789\" }}";
  for (int i = 0; i < 60; ++i) text += "{{ $x = print $x $x }}";
  EXPECT_THAT(ExpandForUp(text), testing::HasSubstr("too long"));
}

TEST(TemplateBudget, WideFormatsEnd) {
  std::string text = "{{ $x := 0 }}";
  for (int i = 0; i < 100; ++i) text += "{{ printf \"%900000d\" 1 }}";
  EXPECT_THAT(ExpandForUp(text), testing::HasSubstr("too long"));
}

TEST(TemplateBudget, DeepNestingIsAnError) {
  EXPECT_THAT(ExpandForUp("{{ " + std::string(100'000, '(') + "1"),
              testing::HasSubstr("too deeply"));
}

TEST(TemplateFunctions, AreSortedByName) {
  const auto rows = text_template::Functions();
  EXPECT_TRUE(std::is_sorted(
      rows.begin(), rows.end(),
      [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(Template, WithoutActionsIsNotDynamic) {
  base::Diagnostics diagnostics;
  EXPECT_FALSE(ParseTemplate("A", "page }}", diagnostics)->dynamic());
  EXPECT_TRUE(ParseTemplate("A", "{{ 1 }}", diagnostics)->dynamic());
}

}  // namespace
}  // namespace alerts
