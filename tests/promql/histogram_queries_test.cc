// Queries of native histograms: series and query in, result and findings out.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/histogram.h"
#include "base/number.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/storage/memory.h"
#include "promql/syntax/series_description.h"

namespace promql {
namespace {

constexpr base::Duration kMinute = 60 * 1000;

// A series a line, a sample a minute.
bool Load(std::string_view lines, MemoryStorage& storage) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    base::Diagnostics diagnostics;
    SeriesDescription series;
    if (!ParseSeriesDescription(lines.substr(0, end), diagnostics, series)) {
      return false;
    }
    base::Timestamp time = 0;
    for (const SequenceValue& value : series.values) {
      if (value.kind == SequenceValue::Kind::kFloat) {
        storage.Append(series.labels, time, value.value);
      } else if (value.kind == SequenceValue::Kind::kHistogram) {
        storage.Append(series.labels, time, value.histogram);
      }
      time += kMinute;
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return true;
}

std::string Answer(const MemoryStorage& storage, std::string_view query,
                   base::Timestamp time) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return PrometheusError(query, diagnostics);
  EngineOptions options;
  options.delayed_name_removal = true;
  options.use_start_timestamps = true;
  const auto result =
      EvaluateInstant(storage, *expr, time, options, diagnostics);
  if (!result.has_value()) return diagnostics.first_error().message;
  std::string text;
  for (const ResultSeries& series : result->series) {
    absl::StrAppendFormat(&text, "%s %s\n", base::SeriesName(series.labels),
                          series.IsHistogram(0)
                              ? base::TestExpression(*series.histograms[0])
                              : base::FormatGeneral(series.values[0]));
  }
  for (const base::Diagnostic& finding : diagnostics.all()) {
    text += PrometheusAnnotation(query, finding) + "\n";
  }
  return text;
}

struct Case {
  const char* name;
  const char* series;
  const char* query;
  int minute;
  const char* want;
};

class HistogramQueriesTest : public testing::TestWithParam<Case> {};

TEST_P(HistogramQueriesTest, AnswersAsPrometheus) {
  MemoryStorage storage;
  ASSERT_TRUE(Load(GetParam().series, storage));
  EXPECT_EQ(Answer(storage, GetParam().query, GetParam().minute * kMinute),
            GetParam().want);
}

constexpr const char* kCounter =
    "h {{count:4 sum:8 buckets:[4]}}+{{count:2 sum:4 buckets:[2]}}x5";
constexpr const char* kReset =
    "h {{count:9 buckets:[9]}} {{count:3 buckets:[3]}} {{count:5 buckets:[5]}}";
constexpr const char* kKinds =
    "h{a=\"1\"} {{count:2 buckets:[2]}}\n"
    "h{a=\"2\"} {{schema:-53 count:2 custom_values:[1] buckets:[2]}}";
constexpr const char* kBounds =
    "h{a=\"1\"} {{schema:-53 count:3 custom_values:[1 2] buckets:[1 1 1]}}\n"
    "h{a=\"2\"} {{schema:-53 count:5 custom_values:[2 3] buckets:[3 1 1]}}";
constexpr const char* kBoth =
    "h{a=\"1\"} {{count:2 buckets:[2]}}\nh{a=\"2\"} 5";
constexpr const char* kHints =
    "h{a=\"1\"} {{count:5 buckets:[5]}} {{count:3 buckets:[3]}}\n"
    "h{a=\"2\"} {{count:1 buckets:[1]}} {{count:3 buckets:[3]}}";

constexpr Case kCases[] = {
    {"IncreaseIsExtrapolatedToTheWindow", kCounter, "increase(h[3m])", 5,
     "{} {{count:6 sum:12 counter_reset_hint:gauge buckets:[6]}}\n"},
    {"RateIsPerSecond", kCounter, "rate(h[2m]) * 60", 5,
     "{} {{count:2 sum:4 counter_reset_hint:gauge buckets:[2]}}\n"},
    {"IncreaseAddsWhatAResetTook", kReset, "increase(h[3m])", 2,
     "{} {{count:7.5 counter_reset_hint:gauge buckets:[7.5]}}\n"},
    {"DeltaOfACounterIsWarnedOf", kCounter, "delta(h[3m])", 5,
     "{} {{count:6 sum:12 counter_reset_hint:gauge buckets:[6]}}\n"
     "PromQL warning: this native histogram metric is not a gauge: \"h\" "
     "(1:7)\n"},
    {"IrateTakesTheLastTwo", kReset, "irate(h[3m]) * 60", 2,
     "{} {{count:2 counter_reset_hint:gauge buckets:[2]}}\n"},
    {"ResetsAndChangesCountAChangeOfKind",
     "h {{count:1 buckets:[1]}} 4 3 {{count:1 buckets:[1]}}",
     "resets(h[4m]) + changes(h[4m]) * 10", 3, "{} 33\n"},
    {"MeanOverTime", kCounter, "avg_over_time(h[3m])", 5,
     "{} {{count:12 sum:24 counter_reset_hint:not_reset buckets:[12]}}\n"},
    {"SubqueryForgetsHints", kCounter, "last_over_time(h[3m:1m])", 5,
     "h {{count:14 sum:28 buckets:[14]}}\n"},
    {"DifferenceIsAGauge", kCounter, "h - h", 5,
     "{} {{counter_reset_hint:gauge}}\n"},
    {"QuotientOfHistogramsMeansNothing", kCounter, "h / h", 5,
     "PromQL info: incompatible sample types encountered for binary operator "
     "\"/\": histogram / histogram (1:1)\n"},
    {"ComparisonKeepsAnEqualHistogram", kCounter, "h == h", 1,
     "h {{count:6 sum:12 counter_reset_hint:not_reset buckets:[6]}}\n"},
    {"TrimKeepsTheName", kCounter, "h </ 0.5", 0, "h {{}}\n"},
    {"KindsOfBucketsDoNotAddUp", kKinds, "h{a=\"1\"} + on() h{a=\"2\"}", 0,
     "PromQL warning: incompatible bucket layout encountered for binary "
     "operator + (1:1)\n"},
    {"SumOfBothKindsOfBuckets", kKinds, "sum(h)", 0,
     "PromQL warning: vector contains a mix of histograms with exponential and "
     "custom buckets schemas for metric name \"h\" (1:5)\n"},
    {"SumOfDifferentBounds", kBounds, "sum(h)", 0,
     "{} {{schema:-53 count:8 custom_values:[2] buckets:[5 3]}}\n"
     "PromQL info: mismatched custom buckets were reconciled during "
     "aggregation "
     "(1:5)\n"},
    {"SumOfBothKindsOfSamples", kBoth, "sum(h)", 0,
     "PromQL warning: encountered a mix of histograms and floats for "
     "aggregation (1:5)\n"},
    {"MeanThatWouldOverflow",
     "h{a=\"1\"} {{sum:1.5e308}}\nh{a=\"2\"} {{sum:1.5e308}}", "avg(h)", 0,
     "{} {{sum:1.5e+308}}\n"},
    {"SumForgetsAHintThatOneLacks", kHints, "sum(h)", 1,
     "{} {{count:6 buckets:[6]}}\n"},
    {"CountAloneSeesResetsByItself", kHints, "histogram_count(sum(h))", 1,
     "{} 6\n"
     "PromQL warning: conflicting counter resets during histogram aggregation "
     "(1:21)\n"},
    {"QuantileNeedsTheBuckets", kHints, "histogram_quantile(1, sum(h))", 1,
     "{} 1\n"},
    {"AnchoredIncreaseHasNoExtrapolation", kCounter,
     "increase(h[150s] anchored)", 5,
     "{} {{count:6 sum:12 counter_reset_hint:gauge buckets:[6]}}\n"},
    {"SmoothedIncreaseInterpolatesAtTheEdge", kCounter,
     "increase(h[150s] smoothed)", 5,
     "{} {{count:5 sum:10 counter_reset_hint:gauge buckets:[5]}}\n"},
    {"AnchoredIncreaseAddsWhatAResetTook",
     "h {{count:5 buckets:[5]}} {{count:9 buckets:[9]}} {{count:3 "
     "buckets:[3]}}",
     "increase(h[2m] anchored)", 2,
     "{} {{count:7 counter_reset_hint:gauge buckets:[7]}}\n"},
    {"SmoothedSelectorDoesNotCrossKindsOfBuckets",
     "h {{count:5 buckets:[5]}} "
     "{{schema:-53 count:9 custom_values:[1] buckets:[9]}}",
     "h offset -30s smoothed", 0,
     "PromQL warning: vector contains a mix of histograms with exponential and "
     "custom buckets schemas for metric name \"h\" (1:1)\n"},
    {"SmoothedIncreaseDoesNotCrossKindsOfBuckets",
     "h {{count:5 buckets:[5]}} "
     "{{schema:-53 count:9 custom_values:[1] buckets:[9]}} "
     "{{schema:-53 count:9 custom_values:[1] buckets:[9]}}",
     "increase(h[90s] smoothed)", 2,
     "PromQL warning: vector contains a mix of histograms with exponential and "
     "custom buckets schemas for metric name \"h\" (1:10)\n"},
    {"SmoothedSelectorRisesFromZeroBehindAReset",
     "h {{count:8 buckets:[8]}} {{count:4 buckets:[4]}}",
     "histogram_count(h offset -45s smoothed)", 0, "{} 3\n"},
    {"CountValuesNamesTheHistogram", kBoth, "count_values(\"v\", h{a=\"1\"})",
     0, "{v=\"{count:2, sum:0, (0.5,1]:2}\"} 1\n"},
};

INSTANTIATE_TEST_SUITE_P(Table, HistogramQueriesTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(HistogramSeriesTest, LayoutsThatCannotBeAreRefused) {
  for (const char* series :
       {"h {{schema:9}}", "h {{schema:-5}}", "h {{schema:-54}}",
        "h {{offset:2000000000 buckets:[1]}}",
        "h {{n_offset:-2000000000 n_buckets:[1]}}"}) {
    MemoryStorage storage;
    EXPECT_FALSE(Load(series, storage)) << series;
  }
}

}  // namespace
}  // namespace promql
