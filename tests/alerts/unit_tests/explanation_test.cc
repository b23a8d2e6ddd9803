#include "alerts/unit_tests/explanation.h"

#include <gtest/gtest.h>

#include <string>

#include "promql/check/parse.h"
#include "promql/storage/memory.h"
#include "promql/syntax/series_description.h"

namespace alerts {
namespace {

// A sample a minute, to 5m.
constexpr const char* kSeries[] = {
    "up{job=\"a\"} 1 1 1 1 1 1", "up{job=\"b\"} 0 0 0 0 0 0",
    "errors{job=\"a\", code=\"500\"} 0 1 2 3 4 5", "ended{job=\"a\"} 1 1 stale",
    "owner{team=\"x\"} 1 1 1 1 1 1"};

struct Case {
  const char* name;
  const char* query;
  WantedLabels wanted;
  const char* want;
};

const Case kCases[] = {
    {"ComparisonShowsBothNumbers",
     "sum by (job) (up) > 1",
     {{"job", "a"}},
     "up                     2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "sum by (job) (up)      2 series: {job=\"a\"} 1, {job=\"b\"} 0\n"
     "sum by (job) (up) > 1  nothing  <-- lost here: 1 > 1 is false\n"},
    {"OtherSeriesAreNotTheWantedOne",
     "up == 0",
     {{"job", "a"}},
     "up       2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "up == 0  1 series: up{job=\"b\"} 0  <-- lost here: 1 == 0 is false\n"},
    {"SelectorOfAnUnknownMetric",
     "upp == 0",
     {},
     "upp       nothing  <-- lost here: no sample of this metric until now\n"
     "upp == 0  nothing\n"},
    {"SelectorWithOtherLabels",
     "up{job=\"c\"}",
     {},
     "up{job=\"c\"}  nothing  <-- lost here: 2 series of this metric, none "
     "with "
     "these labels, such as up{job=\"a\"}\n"},
    {"SeriesThatEnded",
     "ended",
     {},
     "ended  nothing  <-- lost here: the series ended, or its last sample is "
     "not in the window: it is 3m old\n"},
    {"SidesThatDoNotMatch",
     "up * owner",
     {},
     "up          2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "owner       1 series: owner{team=\"x\"} 1\n"
     "up * owner  nothing  <-- lost here: the labels of the two sides do not "
     "match\n"},
    {"AndWithoutAPartner",
     "up and on (team) owner",
     {},
     "up                      2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "owner                   1 series: owner{team=\"x\"} 1\n"
     "up and on (team) owner  nothing  <-- lost here: the right side has no "
     "series with the same labels\n"},
    {"FunctionThatNeedsMoreSamples",
     "rate(up[1m])",
     {},
     "up[1m]        2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "rate(up[1m])  nothing  <-- lost here: too few samples, or none that it "
     "can take\n"},
    {"NothingIsMarkedWhenItIsThere",
     "up == 1",
     {{"job", "a"}},
     "up       2 series: up{job=\"a\"} 1, up{job=\"b\"} 0\n"
     "up == 1  1 series: up{job=\"a\"} 1\n"},
    {"LongPartsLeaveOutTheirOperands",
     "sum by (job) (increase(errors{code=\"500\", job=~\"a|b|c|long\"}[3m])) > "
     "1e3",
     {},
     "errors{code=\"500\",job=~\"a|b|c|long\"}[3m]            1 series: "
     "errors{code=\"500\", job=\"a\"} 5 (of 3)\n"
     "increase(errors{code=\"500\",job=~\"a|b|c|long\"}[3m])  1 series: "
     "{code=\"500\", job=\"a\"} 3\n"
     "sum by (job) (...)                                  1 series: "
     "{job=\"a\"} 3\n"
     "... > 1000                                          nothing  <-- lost "
     "here: 3 > 1000 is false\n"},
};

class ExplanationTest : public testing::TestWithParam<Case> {};

TEST_P(ExplanationTest, MarksThePlace) {
  promql::MemoryStorage storage;
  for (const char* text : kSeries) {
    base::Diagnostics diagnostics;
    promql::SeriesDescription series;
    ASSERT_TRUE(promql::ParseSeriesDescription(text, diagnostics, series));
    base::Timestamp time = 0;
    for (const promql::SequenceValue& value : series.values) {
      storage.Append(series.labels, time, value.value);
      time += 60'000;
    }
  }
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Explain(*expr, 300'000, GetParam().wanted, storage, {}),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Losses, ExplanationTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace alerts
