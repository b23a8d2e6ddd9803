#include "promql/storage/counter_hints.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/base/histogram_text.h"

namespace promql {
namespace {

HistogramPtr Read(const char* text) {
  return text == nullptr
             ? nullptr
             : std::make_shared<base::FloatHistogram>(base::HistogramOf(text));
}

struct Case {
  const char* name;
  const char* previous;  // Null: no histogram.
  const char* written;
  const char* answered;
};

class CounterHintsTest : public testing::TestWithParam<Case> {};

TEST_P(CounterHintsTest, AreThoseOfAChunk) {
  const HistogramPtr stored =
      WithStoredHint(Read(GetParam().previous), Read(GetParam().written));
  EXPECT_EQ(base::TestExpression(*stored), GetParam().answered);
}

constexpr Case kCases[] = {
    {"FirstIsUnknown", nullptr, "{{count:1 buckets:[1]}}",
     "{{count:1 buckets:[1]}}"},
    {"FirstForgetsItsHint", nullptr,
     "{{count:1 counter_reset_hint:not_reset buckets:[1]}}",
     "{{count:1 buckets:[1]}}"},
    {"NextOfAChunkIsNotReset", "{{count:1 buckets:[1]}}",
     "{{count:2 buckets:[2]}}",
     "{{count:2 counter_reset_hint:not_reset buckets:[2]}}"},
    {"ResetBeginsAChunk", "{{count:2 buckets:[2]}}", "{{count:1 buckets:[1]}}",
     "{{count:1 buckets:[1]}}"},
    {"HintBeginsAChunk", "{{count:1 buckets:[1]}}",
     "{{count:2 counter_reset_hint:reset buckets:[2]}}",
     "{{count:2 buckets:[2]}}"},
    {"NotResetIsNotBelieved", "{{count:2 buckets:[2]}}",
     "{{count:1 counter_reset_hint:not_reset buckets:[1]}}",
     "{{count:1 buckets:[1]}}"},
    {"CoarserSchemaBeginsAChunk", "{{schema:1 count:1 buckets:[1]}}",
     "{{count:2 buckets:[2]}}", "{{count:2 buckets:[2]}}"},
    {"WiderZeroBucketBeginsAChunk", "{{count:1 buckets:[1]}}",
     "{{count:2 z_bucket_w:0.001 buckets:[2]}}",
     "{{count:2 z_bucket_w:0.001 buckets:[2]}}"},
    {"OtherBoundsBeginAChunk",
     "{{schema:-53 count:1 custom_values:[1] buckets:[1]}}",
     "{{schema:-53 count:2 custom_values:[1 2] buckets:[2]}}",
     "{{schema:-53 count:2 custom_values:[1 2] buckets:[2]}}"},
    {"GaugeStaysOne", "{{count:1 counter_reset_hint:gauge buckets:[1]}}",
     "{{count:2 counter_reset_hint:gauge buckets:[2]}}",
     "{{count:2 counter_reset_hint:gauge buckets:[2]}}"},
    {"CounterAfterAGaugeIsUnknown",
     "{{count:1 counter_reset_hint:gauge buckets:[1]}}",
     "{{count:2 buckets:[2]}}", "{{count:2 buckets:[2]}}"},
};

INSTANTIATE_TEST_SUITE_P(Table, CounterHintsTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace promql
