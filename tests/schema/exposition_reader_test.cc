#include "schema/exposition_reader.h"

#include <string>

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
  const char* text;
  const char* want;
};

constexpr Case kCases[] = {
    {"BareSample", "up 1\n", "up untyped up=1\n"},
    {"LabelsAndTime", "up{a=\"b\", c=\"d\",} 1 1700000000000\n",
     "up untyped up{a=\"b\", c=\"d\"}=1@1700000000000\n"},
    {"Escapes", "m{a=\"x\\\"\\\\\\n\"} 1\n",
     "m untyped m{a=\"x\\\"\\\\\\n\"}=1\n"},
    {"Infinities", "m -Inf\nm +Inf 5\n", "m untyped m=-inf m=inf@5\n"},
    {"HistogramSamplesBelongTogether",
     "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n",
     "h histogram h_bucket{le=\"+Inf\"}=2 h_sum=3 h_count=2\n"},
    {"CommentsAndBlankLines", "# a remark\n\nup 1\n", "up untyped up=1\n"},
    {"TwoScrapes", "# TYPE c counter\nc 1 10\n# TYPE c counter\nc 2 20\n",
     "c counter c=1@10 c=2@20\n"},
    {"OpenMetricsTimesAreSeconds", "# TYPE c counter\nc_total 1 1.5\n# EOF\n",
     "c counter c_total=1@1500\n"},
    {"OpenMetricsExemplar",
     "# TYPE c counter\nc_total 1 # {trace=\"x\"} 1 1.5\n# EOF\n",
     "c counter c_total=1\n"},
    {"TextPageThatEndsInEof", "# TYPE c_total counter\nc_total 1\n# EOF\n",
     "c_total counter c_total=1\n"},
    {"NoNumber", "up one\n", "1:4: expected a number, got \"one\""},
    {"NameRunsOn", "up} 1\n",
     "1:3: expected a space or { behind the metric name"},
    {"NoTime", "up 1 soon\n",
     "1:10: expected a timestamp in whole milliseconds, got \"soon\""},
    {"TimeOutOfRange", "up 1 9000000000000001\n",
     "1:22: the timestamp is out of range"},
    {"OpenMetricsTimeOutOfRange", "up 1 9e13\n# EOF\n",
     "1:10: the timestamp is out of range"},
    {"UnfinishedValue", "up{a=\"b\n", "1:8: the label value does not end"},
    {"LabelTwice", "up{a=\"b\",a=\"c\"} 1\n", "1:11: label \"a\" stands twice"},
    {"UnknownEscape", "up{a=\"\\x\"} 1\n",
     "1:8: only \\n, \\\\ and \\\" are escapes in a label value"},
    {"UnknownType", "# TYPE m thing\n", "1:10: unknown metric type \"thing\""},
    {"TypeBehindSamples", "m 1\n# TYPE m gauge\n",
     "2:15: the TYPE must stand before the samples"},
    {"AnotherType", "# TYPE m gauge\n# TYPE m counter\n",
     "2:17: m was said to be a gauge before"},
    {"NoLineBreak", "up 1", "1:5: the last line must end with a line break"},
    {"TextBehindEof", "# TYPE m gauge\nm 1\n# EOF\n# EOF\n",
     "4:1: nothing may stand behind # EOF"},
    {"OpenMetricsCounterWithoutTotal", "# TYPE c counter\nc 1\n# EOF\n",
     "2:3: a counter has no sample of the name c"},
};

class ExpositionReaderTest : public testing::TestWithParam<Case> {};

TEST_P(ExpositionReaderTest, Reads) {
  EXPECT_EQ(Read(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Pages, ExpositionReaderTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace schema
