// printf, times, constants and containers as Go has them: every result is the
// one of Prometheus 2.42.

#include <gtest/gtest.h>

#include "tests/alerts/templates/expand_for_up.h"

namespace alerts {
namespace {

// clang-format off
constexpr ExpandCase kCases[] = {
    {"PrintfSignsAndZeros", R"({{ printf "%+d|% d|%08d|%-8d|%+08.2f|%06s|%x|%X|%#x|%#08x" 5 5 -5 5 1.5 "ab" -255 255 255 3 }})",
     "+5| 5|-0000005|5       |+0001.50|0000ab|-ff|FF|0xff|0x00000003"},
    {"PrintfPrecisions", R"({{ printf "%.3d|%8.3d|%.0d|%.2s|%.2q|%.1x|%8.3f|%.0f|%.2v|%.3v" 5 5 0 "é☺x" "é☺x" "abc" 3.14159 2.5 1234.5 "abcdef" }})",
     R"(005|     005||é☺|"é☺"|61|   3.142|2|1.2e+03|abc)"},
    {"PrintfRadixes", R"({{ printf "%b|%#b|%o|%#o|%O|%U|%#U|%c|%q|%+q" 5 5 8 8 8 233 9786 9786 'x' '☺' }})",
     R"(101|0b101|10|010|0o10|U+00E9|U+263A '☺'|☺|'x'|'\u263a')"},
    {"PrintfFloatVerbs", R"({{ printf "%e|%E|%F|%G|%b|%x|%X|%.3x|%#g|%#.3g|%#v|%+v" 1.5 1.5 1.5 1e-7 1.5 1.5 -2.25 0.1 2.0 100.0 2.0 2.0 }})",
     "1.500000e+00|1.500000E+00|1.500000|1E-07|6755399441055744p-52|0x1.8p+00|-0X1.2P+01|0x1.99ap-04|2.00000|100.|2|2"},
    {"PrintfInfinitiesAndNan", R"({{ $inf := "+Inf" | humanize }}{{ printf "%8s|%-8s|%08.2f|%+.1e" $inf $inf 1e20 -0.0 }})",
     "    +Inf|+Inf    |100000000000000000000.00|-0.0e+00"},
    {"PrintfTexts", R"({{ printf "%q|%#q|%+q|%x|% x|%#x|%# X|%10q|%-6s|" "a\"b\n" "a`b" "é" "hi" "hi" "hi" "hi" "a" "é" }})",
     R"("a\"b\n"|"a`b"|"\u00e9"|6869|68 69|0x6869|0X68 0X69|       "a"|é     |)"},
    {"PrintfBools", R"({{ printf "%t|%6t|%v|%q|%d" true false true true false }})",
     "true| false|true|%!q(bool=true)|%!d(bool=false)"},
    {"PrintfBadVerbsKeepTheirFlags", R"({{ printf "%5d|%+.1z|%-6y|%é" "ab" 2.25 1 true }})",
     "%!d(string=   ab)|%!z(float64=+2)|%!y(int=1     )|%!é(bool=true)"},
    {"PrintfIndexes", R"({{ printf "%[2]d %[1]s|%[1]*[2]d|%[3]d|%[x]d|%d" 4 7 }})",
     "7 %!s(int=4)|   7|%!d(BADINDEX)|%!d(BADINDEX)|%!d(MISSING)"},
    {"PrintfStars", R"({{ printf "%*d|%-*d|%.*f|%*d|%.*f" 5 1 -4 2 2 3.14159 "x" 3 -1 1.5 }})",
     "    1|2   |3.14|%!(BADWIDTH)3|%!(BADPREC)1.500000"},
    {"PrintfEnds", R"({{ printf "100%%|%" }}{{ printf "%5" 1 }}{{ printf "%[1" 1 }}{{ printf "%.d" 1 }})",
     "100%|%!(NOVERB)%!(NOVERB)%!(EXTRA int=1)%!(NOVERB)1"},
    {"PrintfMapsElementByElement", R"({{ printf "%q|%d|%#v|%+v" $labels $labels $labels $labels }})",
     R"(map["__name__":"up" "a":"1" "b":"2"]|map[%!d(string=__name__):%!d(string=up) %!d(string=a):%!d(string=1) %!d(string=b):%!d(string=2)]|map[string]string{"__name__":"up", "a":"1", "b":"2"}|map[__name__:up a:1 b:2])"},
    {"PrintfNil", R"({{ printf "%v|%5v|%d|%T" nil nil nil nil }})",
     "<nil>|<nil>|%!d(<nil>)|<nil>"},
    {"PrintfSamples", R"({{ $s := query "up" | first }}{{ printf "%v|%+v|%s" $s $s $s }})",
     "&{map[__name__:up a:1 b:2] 3}|&{Labels:map[__name__:up a:1 b:2] Value:3}|&{map[__name__:up a:1 b:2] %!s(float64=3)}"},
    {"PrintfTimes", R"({{ $t := toTime 1.5e9 }}{{ printf "%v|%s|%d|%T|%.10s|%q" $t $t $t $t $t $t }})",
     R"(2017-07-14 02:40:00 +0000 UTC|2017-07-14 02:40:00 +0000 UTC|&{0 63635596800 0}|*time.Time|2017-07-14|"2017-07-14 02:40:00 +0000 UTC")"},
    {"PrintfMonths", R"({{ $t := toTime 1.5e9 }}{{ printf "%v|%d|%02d|%s|%x|%T" $t.Month $t.Month $t.Month $t.Weekday $t.Weekday $t.Month }})",
     "July|7|07|Friday|467269646179|time.Month"},
    {"PrintShowsPointers", R"({{ print (query "up" | first) }}|{{ query "up" | first }}|{{ html (query "up" | first) }}|{{ println (query "up" | first) }})",
     "&{map[__name__:up a:1 b:2] 3}|{map[__name__:up a:1 b:2] 3}|{map[__name__:up a:1 b:2] 3}|&{map[__name__:up a:1 b:2] 3}\n"},
    {"EscapesShowNil", "{{ html nil }}|{{ js nil 1 }}|{{ print nil }}",
     R"(&lt;no value&gt;|\u003Cno value\u003E1|<nil>)"},
    {"ComplexNumbers", R"({{ 1i }} {{ 1+2i }} {{ -1.5-2i }} {{ eq 1i 1i }} {{ printf "%.1f %v %d" 1.25i 2i 0i }} {{ if 0i }}a{{ else }}b{{ end }})",
     "(0+1i) (1+2i) (-1.5-2i) true (0.0+1.2i) (0+2i) %!d(complex128=(0+0i)) b"},
    {"HugeConstantsOverflow", "{{ if false }}{{ 18446744073709551615 }}{{ end }}{{ 18446744073709551615 }}",
     R"(ERROR 1:164: executing "__alert_A" at <18446744073709551615>: 18446744073709551615 overflows int)"},
    {"TimesAreCompared", "{{ $t := toTime 5 }}{{ $t.After (toTime 4) }} {{ $t.Before (toTime 4) }} {{ $t.Equal (toTime 5) }} {{ $t.Sub (toTime 65) }} {{ ($t.Sub (toTime 3600)).Minutes }} {{ ($t.Sub (toTime 0)).String }}",
     "true false true -1m0s -59.916666666666664 5s"},
    {"TimesMove", "{{ $t := toTime 951782400 }}{{ $t.AddDate 1 0 0 }} {{ $t.AddDate 0 -1 1 }} {{ ($t.Add 1500000000).Second }} {{ $t.Truncate 86400000000000 }} {{ (toTime 1.5e9).Round 3600000000000 }}",
     "2001-03-01 00:00:00 +0000 UTC 2000-01-30 00:00:00 +0000 UTC 1 2000-02-29 00:00:00 +0000 UTC 2017-07-14 03:00:00 +0000 UTC"},
    {"TimesHaveParts", "{{ $t := toTime -1.25 }}{{ $t }} {{ $t.Year }} {{ $t.YearDay }} {{ $t.Nanosecond }} {{ $t.Unix }} {{ $t.UnixMilli }} {{ $t.UnixMicro }} {{ $t.IsZero }} {{ $t.Location }} {{ $t.UTC.Hour }}",
     "1969-12-31 23:59:58.75 +0000 UTC 1969 365 750000000 -2 -1250 -1250000 false UTC 23"},
    {"MonthsAreNumbersWithNames", "{{ $t := toTime 1.5e9 }}{{ $t.Month }} {{ $t.Month.String }} {{ eq $t.Month 7 }} {{ gt $t.Weekday 3 }} {{ if $t.Weekday }}no Sunday{{ end }}",
     "July July true true no Sunday"},
    {"TimesAsGoSource", "{{ (toTime 1.25).GoString }}",
     "time.Date(1970, time.January, 1, 0, 0, 1, 250000000, time.UTC)"},
    {"MethodOfTwoResults", "{{ (toTime 0).ISOWeek }}",
     R"(ERROR 1:123: executing "__alert_A" at <0>: can't call method/function "ISOWeek" with 2 results)"},
    {"ArgumentOfATimeIsADuration", R"({{ (toTime 0).Add "1h" }})",
     R"(ERROR 1:130: executing "__alert_A" at <"1h">: expected integer; found "1h")"},
    {"ArgumentOfADateIsAnInteger", "{{ (toTime 0).AddDate 1 $value 0 }}",
     R"(ERROR 1:136: executing "__alert_A" at <$value>: wrong type for value; expected int; got float64)"},
    {"FractionsOfALayout", R"({{ $t := toTime 1.25 }}{{ $t.Format "05.000 05.999 05,00 5.9 .0000000 .000x .0001 05.00" }})",
     "01.250 01.25 01,25 1.2 .2500000 .250x .0001 01.25"},
    {"ZonesOfALayout", R"({{ (toTime 0).Format "MST Z07:00 Z0700 Z07 -0700 -07:00 -07 Z07:00:00 -070000" }})",
     "UTC Z Z Z +0000 +00:00 +00 Z +000000"},
    {"DaysAndHoursOfALayout", R"({{ (toTime 1709210096).Format "Mon Monday Jan January 2 _2 02 __2 002 1 01 6 06 2006 _2006 3:4:5 03:04:05 15 PM pm" }})",
     "Thu Thursday Feb February 29 29 29  60 060 2 02 6 24 2024 _2024 12:34:56 12:34:56 12 PM pm"},
    {"NoMonthWithinAWord", R"({{ (toTime 0).Format "Janet Mondays Monx Jan. 20060102 1504" }})",
     "Janet Thursdays Monx Jan. 19700101 0000"},
    {"UnequalKindsOfContainers", R"({{ eq $labels (query "nonexist") }})",
     R"(ERROR 1:115: executing "__alert_A" at <eq $labels (query "nonexist")>: error calling eq: non-comparable types map[__name__:up a:1 b:2]: map[string]string, template.queryResult: [])"},
    {"TheSecondContainerIsNamed", "{{ eq $labels (args 1) }}",
     R"(ERROR 1:115: executing "__alert_A" at <eq $labels (args 1)>: error calling eq: non-comparable type map[arg0:%!s(int=1)]: map[string]interface {})"},
    {"IndexOfWhatIsPointedTo", R"({{ index (query "up" | first) 1 }})",
     R"(ERROR 1:115: executing "__alert_A" at <index (query "up" | first) 1>: error calling index: can't index item of type template.sample)"},
    {"LengthOfNil", "{{ len nil }}",
     R"(ERROR 1:115: executing "__alert_A" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
    {"CommentNeedsAnEnd", "a{{/**/}}b{{- /* /* */ -}} c",
     "abc"},
    {"FieldOfAnElement", R"({{ range args 1 "a" }}{{ .Foo }}{{ end }})",
     R"(ERROR 1:137: executing "__alert_A" at <.Foo>: can't evaluate field Foo in type interface {})"},
    {"FieldOfAnArgument", "{{ (args 1).arg0.Foo }}",
     R"(ERROR 1:121: executing "__alert_A" at <1>: can't evaluate field Foo in type interface {})"},
    {"AVariableKeepsItsType", "{{ $x := (args 1).arg0 }}{{ $x.Foo }}",
     R"(ERROR 1:142: executing "__alert_A" at <$x.Foo>: can't evaluate field Foo in type int)"},
};
// clang-format on

class GoValuesTest : public testing::TestWithParam<ExpandCase> {};

TEST_P(GoValuesTest, AreGos) {
  EXPECT_EQ(ExpandForUp(GetParam().text), WantedText(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(Values, GoValuesTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace alerts
