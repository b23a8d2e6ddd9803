// Series as scripts write them in, labels and values out.

#include "promql/syntax/series_description.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/number.h"
#include "promql/check/parse.h"

namespace promql {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* want;
};

std::string Name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

std::string Show(const SequenceValue& value) {
  switch (value.kind) {
    case SequenceValue::Kind::kOmitted:
      return "_";
    case SequenceValue::Kind::kFloat:
      return base::FormatDecimal(value.value);
    case SequenceValue::Kind::kHistogram:
      return base::TestExpression(*value.histogram);
  }
  return "";
}

std::string Show(const SeriesDescription& series) {
  std::string out = base::ToString(series.labels);
  for (const SequenceValue& value : series.values) out += ' ' + Show(value);
  return out;
}

constexpr Case kSeries[] = {
    {"ValuesArePartedBySpaces", "m 1 -2 +3 1e3 .5",
     "{__name__=\"m\"} 1 -2 3 1000 0.5"},
    {"TabsPartToo", "m\t1\t 2", "{__name__=\"m\"} 1 2"},
    {"NoValuesAreNone", "m", "{__name__=\"m\"}"},
    {"NameMayBeMissing", "{a=\"b\"} 1", "{a=\"b\"} 1"},
    {"LabelsMayHaveATrailingComma", "m{a=\"1\",b=\"2\",} 1",
     "{__name__=\"m\", a=\"1\", b=\"2\"} 1"},
    {"NameMayStandInTheBraces", "{\"m.n\",\"a.b\"=\"c\"} 1",
     "{__name__=\"m.n\", \"a.b\"=\"c\"} 1"},
    {"KeywordIsAName", "sum{by=\"x\"} 1", "{__name__=\"sum\", by=\"x\"} 1"},
    {"EmptyLabelIsNone", "m{a=\"\"} 1", "{__name__=\"m\"} 1"},
    {"SpecialNumbersAreOfAnyCase", "m NaN Inf +inf -INF",
     "{__name__=\"m\"} NaN +Inf +Inf -Inf"},
    {"UnderscoreIsNothing", "m _ 1 _", "{__name__=\"m\"} _ 1 _"},
    {"UnderscoreRepeatsNTimes", "m _x3 1", "{__name__=\"m\"} _ _ _ 1"},
    {"ValueRepeatsOnceMore", "m 5x2", "{__name__=\"m\"} 5 5 5"},
    {"ZeroTimesIsOnce", "m 5x0 1+1x0", "{__name__=\"m\"} 5 1"},
    {"StepsAddUp", "m 1+2x3", "{__name__=\"m\"} 1 3 5 7"},
    {"StepsSubtract", "m 1-2x3", "{__name__=\"m\"} 1 -1 -3 -5"},
    {"NegativeStart", "m -1+0.5x2", "{__name__=\"m\"} -1 -0.5 0"},
    {"StepsOfInfinity", "m inf+1x2", "{__name__=\"m\"} +Inf +Inf +Inf"},
    {"StaleIsAMarker", "m 1 stale 2", "{__name__=\"m\"} 1 NaN 2"},
    {"HexadecimalIsNotKnown", "m 0x3", "{__name__=\"m\"} 0 0 0 0"},
    {"LeadingZeroIsOctal", "m 010", "{__name__=\"m\"} 8"},
    {"UnderscoresPartDigits", "m 1_000", "{__name__=\"m\"} 1000"},
    {"HistogramMayBeEmpty", "m {{}} {{ }}", "{__name__=\"m\"} {{}} {{}}"},
    {"HistogramHasAllKeys",
     "m {{schema:1 sum:-3.5 count:22 z_bucket:5 z_bucket_w:0.001 buckets:[1 0 "
     "3] offset:-2 n_buckets:[4 5] n_offset:3}}",
     "{__name__=\"m\"} {{schema:1 count:22 sum:-3.5 z_bucket:5 "
     "z_bucket_w:0.001 offset:-2 buckets:[1 0 3] n_offset:3 n_buckets:[4 5]}}"},
    {"HistogramOfCustomBuckets",
     "m {{schema:-53 sum:1 count:6 custom_values:[-5 5 10] buckets:[1 2 3]}}",
     "{__name__=\"m\"} {{schema:-53 count:6 sum:1 custom_values:[-5 5 10] "
     "buckets:[1 2 3]}}"},
    {"HistogramHasAHint",
     "m {{counter_reset_hint:gauge}} {{counter_reset_hint:not_reset}} "
     "{{counter_reset_hint:unknown}}",
     "{__name__=\"m\"} {{counter_reset_hint:gauge}} "
     "{{counter_reset_hint:not_reset}} {{}}"},
    {"HistogramKeysAreOfAnyCase",
     "m {{Schema:1 SUM:3 counter_reset_hint:Gauge}}",
     "{__name__=\"m\"} {{schema:1 sum:3 counter_reset_hint:gauge}}"},
    {"HistogramKeysMayBePartedWidely",
     "m {{sum:3  buckets:[1  2 ]   count:3  }}",
     "{__name__=\"m\"} {{count:3 sum:3 buckets:[1 2]}}"},
    {"HistogramCountsMayBeSpecial",
     "m {{count:NaN sum:-Inf buckets:[1e3 +Inf]}}",
     "{__name__=\"m\"} {{count:NaN sum:-Inf buckets:[1000 +Inf]}}"},
    {"HistogramRepeats", "m {{count:1}}x2",
     "{__name__=\"m\"} {{count:1}} {{count:1}} {{count:1}}"},
    {"HistogramsAddUp",
     "m {{count:1 sum:2 buckets:[1 2]}}+{{count:1 sum:1 buckets:[1 0 1]}}x2",
     "{__name__=\"m\"} {{count:1 sum:2 buckets:[1 2]}} {{count:2 sum:3 "
     "buckets:[2 2 1]}} {{count:3 sum:4 buckets:[3 2 2]}}"},
    {"HistogramsSubtract",
     "m {{count:5 buckets:[5]}}-{{count:1 buckets:[1]}}x1",
     "{__name__=\"m\"} {{count:5 buckets:[5]}} {{count:4 buckets:[4]}}"},
};

class SeriesTest : public testing::TestWithParam<Case> {};

TEST_P(SeriesTest, IsRead) {
  base::Diagnostics diagnostics;
  SeriesDescription series;
  ASSERT_TRUE(ParseSeriesDescription(GetParam().text, diagnostics, series))
      << diagnostics.first_error().message;
  EXPECT_EQ(Show(series), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Series, SeriesTest, testing::ValuesIn(kSeries), Name);

constexpr Case kErrors[] = {
    {"WordIsNoValue", "m foo",
     "1:3: parse error: unexpected identifier \"foo\" in series values, "
     "expected number or \"stale\""},
    {"StaleIsLowerCase", "m Stale",
     "1:3: parse error: unexpected identifier \"Stale\" in series values, "
     "expected number or \"stale\""},
    {"StaleDoesNotRepeat", "m stalex3",
     "1:3: parse error: unexpected identifier \"stalex3\" in series values, "
     "expected number or \"stale\""},
    {"NanDoesNotRepeat", "m NaNx2",
     "1:3: parse error: unexpected identifier \"NaNx2\" in series values, "
     "expected number or \"stale\""},
    {"KeywordIsNoValue", "m by", "1:3: parse error: unexpected <by>"},
    {"TimesFirst", "m x3", "1:3: parse error: unexpected \"x\""},
    {"TimesTwice", "m 1x3x2", "1:6: parse error: unexpected \"x\""},
    {"TimesOfNothing", "m 1x",
     "1:5: parse error: unexpected end of input in series values"},
    {"TimesOfAFraction", "m 1x1.5",
     "1:5: parse error: invalid repetition in series values: "
     "strconv.ParseUint: parsing \"1.5\": invalid syntax"},
    {"TimesOfANegative", "m 1x-1",
     "1:5: parse error: unexpected <op:-> in series values"},
    {"TimesOfAHugeNumber", "m 1x99999999999999999999",
     "1:5: parse error: invalid repetition in series values: "
     "strconv.ParseUint: parsing \"99999999999999999999\": value out of range"},
    {"TimesTooMany", "m 1x99999999999",
     "1:3: parse error: series has more than 11000000 values"},
    {"TwoSigns", "m 1+-2x3",
     "1:5: parse error: unexpected <op:-> in series values"},
    {"StepWithoutTimes", "m 1+2 3",
     "1:6: parse error: unexpected \" \" in series values"},
    {"SpaceBeforeTheStep", "m 1 + 1x3",
     "1:6: parse error: unexpected \" \" in series values"},
    {"CommaBetweenValues", "m 1 ,2",
     "1:5: parse error: unexpected character in series sequence: ','"},
    {"ValueWithoutAName", "1 2",
     "1:1: parse error: unexpected number \"1\" in series values"},
    {"StringIsNoValue", "m \"x\"",
     "1:3: parse error: unexpected character in series sequence: '\"'"},
    {"NumberOutOfRange", "m 1e1000",
     "1:3: parse error: error parsing number: strconv.ParseFloat: parsing "
     "\"1e1000\": value out of range"},
    {"DurationIsNoValue", "m 1.5h",
     "1:3: parse error: bad number syntax: \"1.5\""},
    {"SpaceBeforeTheBraces", "m {a=\"b\"} 1",
     "1:3: parse error: unexpected character in series sequence: '{'"},
    {"LabelWithoutAValue", "m{a} 1",
     "1:4: parse error: unexpected \"}\" in label set, expected \"=\""},
    {"LabelOfANumber", "m{a=1} 1",
     "1:5: parse error: unexpected character inside braces: '1'"},
    {"LabelWithARegexp", "m{a=~\"x\"} 1",
     "1:4: parse error: unexpected <op:=~> in label set, expected \"=\""},
    {"LabelsWithoutComma", "m{a=\"1\" b=\"2\"} 1",
     "1:9: parse error: unexpected identifier \"b\" in label set, expected "
     "\",\" or \"}\""},
    {"CommaFirstInLabels", "m{,} 1",
     "1:3: parse error: unexpected \",\" in label set, expected identifier or "
     "\"}\""},
    {"LabelTwice", "m{a=\"b\",c=\"d\",a=\"b\"}",
     "1:2: parse error: label name \"a\" is not unique: invalid sample"},
    {"LabelsBehindANameWithoutComma", "{\"m\" b=\"2\"} 1",
     "1:6: parse error: unexpected identifier \"b\" in label set, expected "
     "\",\" or \"}\""},
    {"HistogramWithoutASpace", "m{{}}",
     "1:3: parse error: unexpected left brace '{'"},
    {"UnclosedLabels", "m{a=\"b\"",
     "1:8: parse error: unexpected end of input inside braces"},
    {"UnknownHistogramKey", "m {{foo:1}}",
     "1:5: parse error: bad histogram descriptor found: \"foo\""},
    {"HistogramKeyWithoutAColon", "m {{sum}}",
     "1:5: parse error: missing `:` for histogram descriptor"},
    {"HistogramKeyTwice", "m {{sum:1 sum:2}}",
     "1:1: parse error: duplicate key \"sum\" in histogram"},
    {"SpaceBeforeTheFirstHistogramKey", "m {{ sum:1}}",
     "1:6: parse error: unexpected \"<Item 57370>\" \"sum\" in series values"},
    {"SpaceBehindAHistogramKey", "m {{sum: 1}}",
     "1:9: parse error: unexpected \" \" in series values"},
    {"SpaceBehindALaterHistogramKey", "m {{sum:1 count: 1}}",
     "1:17: parse error: unexpected \" \" in histogram description, expected "
     "histogram description key, e.g. buckets:[5 10 7]"},
    {"SpaceBeforeTheFirstBucket", "m {{n_buckets:[ 1]}}",
     "1:16: parse error: unexpected \" \" in series values"},
    {"BucketsWithCommas", "m {{buckets:[1,2]}}",
     "1:15: parse error: invalid character in buckets description: ','"},
    {"BucketsAreOpen", "m {{buckets:[1 2}}",
     "1:17: parse error: invalid character in buckets description: '}'"},
    {"NoBuckets", "m {{buckets:[]}}",
     "1:14: parse error: unexpected \"]\" in series values"},
    {"BucketsWithoutBrackets", "m {{buckets:5}}",
     "1:13: parse error: unexpected number \"5\" in series values"},
    {"HistogramKeyWithoutAValue", "m {{count:1 sum:}}",
     "1:17: parse error: unexpected \"}}\" in histogram description, expected "
     "histogram description key, e.g. buckets:[5 10 7]"},
    {"HistogramValueIsAWord", "m {{sum:many}}",
     "1:9: parse error: bad histogram descriptor found: \"many\""},
    {"HistogramValueHasDigitsBehindAWord", "m {{count:inf1}}",
     "1:14: parse error: unexpected number \"1\" in histogram description, "
     "expected histogram description key, e.g. buckets:[5 10 7]"},
    {"UnderscoreBehindAValue", "m 2_ 3",
     "1:3: parse error: error parsing number: strconv.ParseFloat: parsing "
     "\"2_\": invalid syntax"},
    {"HistogramWidthBelowZero", "m {{z_bucket_w:-1}}",
     "1:16: parse error: unexpected <op:-> in series values"},
    {"HistogramTimesOfNothing", "m {{}}x",
     "1:8: parse error: bad number syntax: \"\""},
    {"HistogramSchemaOfAFraction", "m {{schema:1.5}}",
     "1:12: parse error: invalid repetition in series values: "
     "strconv.ParseUint: parsing \"1.5\": invalid syntax"},
    {"HistogramHintOfAnotherWord", "m {{counter_reset_hint:foo}}",
     "1:24: parse error: bad histogram descriptor found: \"foo\""},
    {"UnclosedHistogram", "m {{sum:1",
     "1:10: parse error: histogram description incomplete unexpected: "
     "'\xef\xbf\xbd'"},
    {"HistogramKeysWithComma", "m {{sum:1,count:2}}",
     "1:10: parse error: histogram description incomplete unexpected: ','"},
    {"HistogramStepOfACoarserSchema", "m {{schema:2}}+{{schema:1}}x1",
     "1:29: parse error: error combining histograms: cannot merge from schema "
     "1 "
     "to 2"},
    {"HistogramStepOfOtherBuckets", "m {{schema:-53}}+{{schema:1}}x1",
     "1:31: parse error: cannot apply this operation on histograms with a mix "
     "of exponential and custom bucket schemas"},
    {"HistogramStepWithoutTimes", "m {{}}+{{}}",
     "1:12: parse error: unexpected end of input in series values"},
    {"HistogramStepOfANumber", "m {{}}+1x3",
     "1:8: parse error: unexpected number \"1\" in series values"},
};

class SeriesErrorTest : public testing::TestWithParam<Case> {};

TEST_P(SeriesErrorTest, IsPrometheus) {
  base::Diagnostics diagnostics;
  SeriesDescription series;
  EXPECT_FALSE(ParseSeriesDescription(GetParam().text, diagnostics, series));
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(PrometheusError(GetParam().text, diagnostics), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Series, SeriesErrorTest, testing::ValuesIn(kErrors),
                         Name);

TEST(SeriesTest, StaleIsPrometheusBits) {
  base::Diagnostics diagnostics;
  SeriesDescription series;
  ASSERT_TRUE(ParseSeriesDescription("m stale", diagnostics, series));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(series.values.at(0).value),
            0x7ff0000000000002U);
}

TEST(SeriesTest, RepeatedHistogramsAreShared) {
  base::Diagnostics diagnostics;
  SeriesDescription series;
  ASSERT_TRUE(ParseSeriesDescription("m {{count:1}}x1", diagnostics, series));
  ASSERT_EQ(series.values.size(), 2U);
  EXPECT_EQ(series.values[0].histogram, series.values[1].histogram);
}

TEST(SeriesTest, ValuesAreLimited) {
  for (const char* text :
       {"m 1x2", "m 1+1x2", "m _x3", "m {{}}x2", "m {{}}+{{}}x2", "m 1 2 3"}) {
    base::Diagnostics diagnostics;
    SeriesDescription series;
    EXPECT_FALSE(
        ParseSeriesDescription(text, diagnostics, series, {.max_values = 2}))
        << text;
    EXPECT_EQ(diagnostics.first_error().message,
              "series has more than 2 values");
  }
}

TEST(SeriesTest, BucketsOfSumsAreLimited) {
  base::Diagnostics diagnostics;
  SeriesDescription series;
  EXPECT_FALSE(ParseSeriesDescription("m {{buckets:[1 2]}}+{{buckets:[3]}}x5",
                                      diagnostics, series, {.max_values = 19}));
  EXPECT_TRUE(ParseSeriesDescription("m {{buckets:[1 2]}}+{{buckets:[3]}}x5",
                                     diagnostics, series, {.max_values = 20}));
}

TEST(MetricTest, IsReadAlone) {
  base::Diagnostics diagnostics;
  base::Labels labels;
  EXPECT_TRUE(ParseMetric(" m{a=\"b\"} ", diagnostics, labels));
  EXPECT_EQ(base::ToString(labels), "{__name__=\"m\", a=\"b\"}");
  EXPECT_TRUE(ParseMetric("m # c", diagnostics, labels));
}

TEST(MetricTest, HasNothingBehindIt) {
  const std::pair<const char*, const char*> cases[] = {
      {"m 1", "1:3: parse error: unexpected number \"1\""},
      {"m 1h", "1:3: parse error: unexpected duration \"1h\""},
      {"m @ 5", "1:3: parse error: unexpected <op:@>"},
      {"m{}}", "1:4: parse error: unexpected character: '}'"},
      {"on", "1:1: parse error: unexpected <on>"},
  };
  for (const auto& [text, want] : cases) {
    base::Diagnostics diagnostics;
    base::Labels labels;
    EXPECT_FALSE(ParseMetric(text, diagnostics, labels));
    EXPECT_EQ(PrometheusError(text, diagnostics), want);
  }
}

TEST(StartTimesTest, AreOffsetsOfTheirSamples) {
  const std::string_view text = "m{a=\"b\"}@st _ -1m _x2 0s-15sx2 +1ms 0 -2sx1";
  ASSERT_TRUE(IsStartTimesLine(text));
  base::Diagnostics diagnostics;
  StartTimes start_times;
  ASSERT_TRUE(ParseStartTimes(text, diagnostics, start_times));
  std::string all;
  for (const StartTimes::Offset& offset : start_times.offsets) {
    all += offset.omitted ? "_ " : absl::StrFormat("%d ", offset.milliseconds);
  }
  EXPECT_EQ(all, "_ -60000 _ _ 0 -15000 -30000 1 0 -2000 -2000 ");
  EXPECT_EQ(start_times.labels.metric_name(), "m");
}

TEST(StartTimesTest, AreOnlyThoseWithTheirMark) {
  EXPECT_TRUE(IsStartTimesLine("m@st 0"));
  EXPECT_FALSE(IsStartTimesLine("m 0"));
  EXPECT_FALSE(IsStartTimesLine("m{a=} 0"));
}

TEST(StartTimesTest, AreDurations) {
  for (const char* text : {"m@st 5", "m@st 1m+", "m@st 1m-1m", "m@st 1mx",
                           "m@st x2", "m@st 1m,2m", "m@st 1mx99999999999"}) {
    base::Diagnostics diagnostics;
    StartTimes start_times;
    EXPECT_FALSE(ParseStartTimes(text, diagnostics, start_times)) << text;
    EXPECT_FALSE(diagnostics.ok()) << text;
  }
}

}  // namespace
}  // namespace promql
