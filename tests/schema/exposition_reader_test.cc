#include "schema/exposition_reader.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"

namespace schema {
namespace {

// A family a line, its samples behind it; or the first error, "line:column: ".
std::string Read(std::string text) {
  const base::Source source("page", std::move(text));
  base::Diagnostics diagnostics;
  const auto page = ReadExposition(source, diagnostics);
  if (!page.has_value()) {
    const auto& error = diagnostics.first_error();
    const base::Position place = source.PositionAt(error.span.begin);
    return absl::StrFormat("%d:%d: %s", place.line, place.column,
                           error.message);
  }
  std::string result;
  for (const ExpositionFamily& family : page->families) {
    result += family.name + " " + family.type;
    for (const ExpositionSample& sample : family.samples) {
      result += absl::StrFormat(" %s=%g", base::SeriesName(sample.labels),
                                sample.value);
      if (sample.time.has_value()) {
        result += absl::StrFormat("@%d", *sample.time);
      }
    }
    result += "\n";
  }
  return result;
}

struct Case {
  const char* name;
  std::string_view text;
  const char* want;
};

// The text format, as Prometheus' own parser takes it.
constexpr Case kTextCases[] = {
    {"BareSample", "up 1\n", "up untyped up=1\n"},
    {"LabelsAndTime", "up{a=\"b\", c=\"d\",} 1 1700000000000\n",
     "up untyped up{a=\"b\", c=\"d\"}=1@1700000000000\n"},
    {"Escapes", "m{a=\"x\\\"\\\\\\n\"} 1\n",
     "m untyped m{a=\"x\\\"\\\\\\n\"}=1\n"},
    {"WhatIsNoEscapeStandsForItself", "m{a=\"\\x\\t\"} 1\n",
     "m untyped m{a=\"\\\\x\\\\t\"}=1\n"},
    {"Infinities", "m -Inf\nm +Inf 5\nm infinity 6\n",
     "m untyped m=-inf m=inf@5 m=inf@6\n"},
    {"TooSmallIsZero", "m 1e-400\n", "m untyped m=0\n"},
    {"HistogramSamplesBelongTogether",
     "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n",
     "h histogram h_bucket{le=\"+Inf\"}=2 h_sum=3 h_count=2\n"},
    {"SampleThatFitsNoFamily", "# TYPE h histogram\nh_total 1\nh 2\n",
     "h histogram h=2\nh_total untyped h_total=1\n"},
    {"CommentsAndBlankLines", "# a remark\n#\n\n \nup 1\n",
     "up untyped up=1\n"},
    {"WhatRunsOnIsARemark",
     "#TYPE m thing\n# TYPEm thing\n# TYPE\n# HELP\n# UNIT m x\nm 1\n",
     "m untyped m=1\n"},
    {"SpacesAroundNameAndType", "#\tTYPE  m\tgauge\nm 1\n", "m gauge m=1\n"},
    {"TwoScrapes", "# TYPE c counter\nc 1 10\n# TYPE c counter\nc 2 20\n",
     "c counter c=1@10 c=2@20\n"},
    {"TypeBehindSamples", "m 1\n# TYPE m gauge\n", "m gauge m=1\n"},
    {"TwoTypesAreNone", "# TYPE m gauge\n# TYPE m counter\nm 1\n",
     "m untyped m=1\n"},
    {"SpacesInAndAroundLabels", "m  { a = \"b\" , c\t= \"d\" , }\t1\t5\t\n",
     "m untyped m{a=\"b\", c=\"d\"}=1@5\n"},
    {"CommasMayBeMissing", "m{a=\"b\" c=\"d\"e=\"f\"} 1\n",
     "m untyped m{a=\"b\", c=\"d\", e=\"f\"}=1\n"},
    {"SpacesMayBeMissing", "m{a=\"b\"}1\nm-2 5\n",
     "m untyped m{a=\"b\"}=1 m=-2@5\n"},
    {"NoLineBreakAtTheEnd", "up 1", "up untyped up=1\n"},
    {"QuotedNames",
     "# TYPE \"a.b\" gauge\n{\"a.b\",\"c d\"=\"e\"} 1\n{x=\"y\" , \"a.b\" } 2\n"
     "{\"plain\"} 3\n",
     "a.b gauge {\"a.b\", \"c d\"=\"e\"}=1 {\"a.b\", x=\"y\"}=2\n"
     "plain untyped plain=3\n"},
    {"EscapesInQuotedNames", "{\"a\\\"b\",\"c\\\\d\"=\"e\"} 1\n",
     "a\"b untyped {\"a\\\"b\", \"c\\\\d\"=\"e\"}=1\n"},
    {"ZeroBytes", {"m{a=\"x\0y\"} 1\n", 13}, "m untyped m{a=\"x\\x00y\"}=1\n"},
    {"NoNumber", "up one\n", "1:4: expected a number, got \"one\""},
    {"SignedNaN", "up +NaN\n", "1:4: expected a number, got \"+NaN\""},
    {"HexadecimalNumber", "up 0x1p3\n",
     "1:4: expected a number, got \"0x1p3\""},
    {"NumberWithUnderscore", "up 1_0\n", "1:4: expected a number, got \"1_0\""},
    {"TooLargeNumber", "up 1e400\n", "1:4: expected a number, got \"1e400\""},
    {"CarriageReturn", "up 1\r\n", "1:4: expected a number, got \"1\\r\""},
    {"NameRunsOn", "up} 1\n", "1:3: expected a number, got \"}\""},
    {"NoValue", "up\n", "1:3: expected a number, got \"\""},
    {"NoTime", "up 1 soon\n",
     "1:10: expected a timestamp in whole milliseconds, got \"soon\""},
    {"TimeOutOfRange", "up 1 9000000000000001\n",
     "1:22: the timestamp is out of range"},
    {"TextBehindTheTime", "up 1 2 3\n", "1:8: unexpected text"},
    {"UnfinishedValue", "up{a=\"b\n", "1:8: the label value does not end"},
    {"LabelTwice", "up{a=\"b\",a=\"c\"} 1\n", "1:11: label \"a\" stands twice"},
    {"QuotedLabelTwice", "up{a=\"b\",\"a\"=\"c\"} 1\n",
     "1:13: label \"a\" stands twice"},
    {"NameAsLabel", "up{__name__=\"b\"} 1\n",
     "1:12: __name__ cannot be a label"},
    {"NoName", "{a=\"b\"} 1\n", "1:8: the metric has no name"},
    {"NameTwice", "up{\"b\"} 1\n", "1:7: the metric has a name already"},
    {"BareNameInBraces", "{up} 1\n", "1:4: expected ="},
    {"TwoCommas", "up{a=\"b\",,} 1\n", "1:10: expected a label name"},
    {"BadUtf8", "up{a=\"\xff\"} 1\n", "1:7: the label value is no UTF-8"},
    {"HelpIsNoUtf8", "# HELP up \xff\n", "1:12: the text is no UTF-8"},
    {"UnknownType", "# TYPE m thing\n", "1:10: unknown metric type \"thing\""},
    {"TypeOfOpenMetrics", "# TYPE m info\n",
     "1:10: unknown metric type \"info\""},
    {"SpaceBehindType", "# TYPE m gauge \n",
     "1:10: unknown metric type \"gauge \""},
    {"SpacesBeforeType", "# TYPE m  gauge\n",
     "1:10: unknown metric type \" gauge\""},
    {"TypeOfNothing", "# TYPE \n", "1:8: expected a metric name"},
};

// OpenMetrics, likewise: single spaces, and none but those.
constexpr Case kOpenMetricsCases[] = {
    {"OpenMetricsTimesAreSeconds", "# TYPE c counter\nc_total 1 1.5\n# EOF\n",
     "c counter c_total=1@1500\n"},
    {"OpenMetricsTimesAreCutOff", "m 1 1.001\nm 2 -1.5\n# EOF\n",
     "m unknown m=1@1000 m=2@-1500\n"},
    {"OpenMetricsExemplar",
     "# TYPE c counter\nc_total 1 # {trace=\"x\"} 1 1.5\n# EOF\n",
     "c counter c_total=1\n"},
    {"ExemplarsOfAnything",
     "m 1 5 # {} 1\nm 2 # {\"a.b\"=\"x\",a=\"\\x\",a=\"y\",} NaN\n# EOF",
     "m unknown m=1@5000 m=2\n"},
    {"SamplesNeedNotFitToTheirType",
     "# TYPE c counter\nc 1\n# TYPE i info\ni{a=\"b\"} 1\n# TYPE g "
     "gaugehistogram"
     "\ng_count 1\ng_gcount 1\n# TYPE s stateset\ns{A=\"x\"} 1\n# EOF\n",
     "c counter c=1\ni info i{a=\"b\"}=1\ng gaugehistogram g_gcount=1\n"
     "g_count unknown g_count=1\ns stateset s{A=\"x\"}=1\n"},
    {"CounterWithTotalInItsName",
     "# TYPE c_total counter\nc_total 1 1609954636\n# EOF\n",
     "c_total counter c_total=1@1609954636000\n"},
    {"TextPageThatEndsInEof",
     "# TYPE c_total counter\n# a remark\nc_total 1 1609954636000\n# EOF\n",
     "c_total counter c_total=1@1609954636000\n"},
    {"QuotedNamesInOpenMetrics",
     "# TYPE \"a.b\" gauge\n{\"a.b\",c=\"d\"} 1\n# EOF\n",
     "a.b gauge {\"a.b\", c=\"d\"}=1\n"},
    {"LastCommaInOpenMetrics", "m{a=\"b\",} 1\n# EOF\n",
     "m unknown m{a=\"b\"}=1\n"},
    {"OpenMetricsTimeOutOfRange", "up 1 9e13\n# EOF\n",
     "1:10: the timestamp is out of range"},
    {"NoTimeAtAll", "up 1 NaN\n# EOF\n", "1:9: the timestamp is out of range"},
    {"TwoSpaces", "up  1\n# EOF\n", "1:4: expected a number, got \"\""},
    {"TabForSpace", "up\t1\n# EOF\n", "1:3: OpenMetrics has a space here"},
    {"NoSpace", "up{a=\"b\"}1\n# EOF\n", "1:10: OpenMetrics has a space here"},
    {"SpaceAtTheEnd", "up 1 \n# EOF\n", "1:6: expected a number, got \"\""},
    {"SpaceBeforeBraces", "up {a=\"b\"} 1\n# EOF\n",
     "1:4: expected a number, got \"{a=\\\"b\\\"}\""},
    {"SpaceInBraces", "up{a=\"b\", c=\"d\"} 1\n# EOF\n",
     "1:10: expected a label name"},
    {"NoComma", "up{a=\"b\"c=\"d\"} 1\n# EOF\n", "1:9: expected , or }"},
    {"ExemplarWithoutASpace", "up 1 # {a=\"b\"}1\n# EOF\n",
     "1:15: OpenMetrics has a space here"},
    {"ExemplarWithAName", "up 1 # {\"b\"} 1\n# EOF\n", "1:12: expected ="},
    {"EmptyLine", "up 1\n\n# EOF\n", "2:1: OpenMetrics has no empty lines"},
    {"Remark", "# remark\n# EOF\n",
     "1:9: OpenMetrics has no comments but HELP, TYPE, UNIT, EOF"},
    {"HelpWithoutText", "# HELP m\n# EOF\n",
     "1:9: OpenMetrics has a space here"},
    {"TypeOfText", "# TYPE m untyped\n# EOF\n",
     "1:10: unknown metric type \"untyped\""},
    {"NameWithoutItsUnit", "# UNIT m seconds\n# EOF\n",
     "1:17: the name m does not end with its unit: _seconds"},
    {"NameThatIsTheUnit", "# UNIT mseconds seconds\n# EOF\n",
     "1:24: the name mseconds does not end with its unit: _seconds"},
    {"TextBehindEof", "# TYPE m gauge\nm 1\n# EOF\n# EOF\n",
     "4:1: nothing may stand behind # EOF"},
    {"LineBehindEof", "# EOF\n\n", "2:1: nothing may stand behind # EOF"},
};

class ExpositionReaderTest : public testing::TestWithParam<Case> {};

TEST_P(ExpositionReaderTest, Reads) {
  EXPECT_EQ(Read(std::string(GetParam().text)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Text, ExpositionReaderTest,
                         testing::ValuesIn(kTextCases),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(OpenMetrics, ExpositionReaderTest,
                         testing::ValuesIn(kOpenMetricsCases),
                         [](const auto& test) { return test.param.name; });

// Of the first family.
std::pair<std::string, std::string> HelpAndUnit(std::string text) {
  const base::Source source("page", std::move(text));
  base::Diagnostics diagnostics;
  const auto page = ReadExposition(source, diagnostics);
  if (!page.has_value() || page->families.empty()) return {"no page", ""};
  return {page->families[0].help, page->families[0].unit};
}

TEST(HelpTest, HasEscapesOfItsFormat) {
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(HelpAndUnit("# HELP m \\\\ \\n \\\" \\x\n"),
            Pair("\\ \n \\\" \\x", ""));
  EXPECT_EQ(HelpAndUnit("# HELP m_s \\\\ \\n \\\" \\x\n# UNIT m_s s\n# EOF\n"),
            Pair("\\ \n \" \\x", "s"));
  EXPECT_EQ(HelpAndUnit("# HELP m  two spaces \n"), Pair(" two spaces ", ""));
  EXPECT_EQ(HelpAndUnit("# HELP m\n"), Pair("", ""));
  EXPECT_EQ(HelpAndUnit("# UNIT m \n# EOF"), Pair("", ""));
}

TEST(StoredBoundsTest, AreWrittenAsPrometheus3Stores) {
  const std::string page =
      "h_bucket{le=\"1\"} 1 1\n# TYPE h histogram\nh_bucket{le=\"1\"} 1 2\n"
      "h_bucket{le=\"0.10\"} 1 2\nh_bucket{le=\"1e6\"} 1 2\n"
      "h_bucket{le=\"inf\"} 1 2\nh_bucket{le=\"x\"} 1 2\n"
      "# TYPE s summary\ns{quantile=\"0\",le=\"1\"} 1 2\n";
  const auto read = [&](bool stored) {
    base::Diagnostics diagnostics;
    std::string text;
    ReadSamples(page, diagnostics,
                {.sample =
                     [&](const SampleRef& sample) {
                       text += base::SeriesName(sample.labels) + "\n";
                     },
                 .run = [](const SampleRun&) {}},
                {.stored_bounds = stored});
    return text;
  };
  EXPECT_EQ(
      read(true),
      "h_bucket{le=\"1\"}\nh_bucket{le=\"1.0\"}\nh_bucket{le=\"0.1\"}\n"
      "h_bucket{le=\"1e+06\"}\nh_bucket{le=\"+Inf\"}\nh_bucket{le=\"x\"}\n"
      "s{le=\"1\", quantile=\"0.0\"}\n");
  EXPECT_EQ(read(false),
            "h_bucket{le=\"1\"}\nh_bucket{le=\"1\"}\nh_bucket{le=\"0.10\"}\n"
            "h_bucket{le=\"1e6\"}\nh_bucket{le=\"inf\"}\nh_bucket{le=\"x\"}\n"
            "s{le=\"1\", quantile=\"0\"}\n");
}

}  // namespace
}  // namespace schema
