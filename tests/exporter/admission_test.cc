#include "exporter/admission.h"

#include <gtest/gtest.h>

#include "exporter/recorder.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z
constexpr base::Duration kDay = 24 * 60 * 60 * 1000;

std::vector<Event> Read(std::string_view lines) {
  std::vector<EventError> errors;
  auto events = ParseEvents(lines, schema::Schema::Ours(), kNow, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors.front());
  return events;
}

struct Case {
  const char* name;
  const char* before;  // Recorded already.
  const char* batch;
  const char* want;  // The problem; "" when the batch is taken.
};

// With at most 8 series a metric: the two configured workflows make 6 of
// prometheus_query_total.
constexpr Case kCases[] = {
    {"WithinTheLimit", "",
     R"({"id":"1","kind":"query","workflow":"a","result":"success"}
{"id":"2","kind":"query","workflow":"a","result":"failed"})",
     ""},
    {"OneTooManyInABatch", "",
     R"({"id":"1","kind":"query","workflow":"a","result":"success"}
{"id":"2","kind":"query","workflow":"b","result":"success"}
{"id":"3","kind":"query","workflow":"c\"","result":"success"})",
     "workflow \"c\\\"\" would make one series more of prometheus_query_total "
     "than the 8 that are allowed (--series-limit): a label must not have a "
     "new value with every run"},
    {"SeriesThatIsThereIsTaken",
     R"({"id":"1","kind":"query","workflow":"a","result":"success"}
{"id":"2","kind":"query","workflow":"b","result":"success"})",
     R"({"id":"3","kind":"query","workflow":"a","result":"success"})", ""},
    {"FinishedCanariesMakeRoom",
     R"({"id":"1","kind":"canary","environment":"staging","deployment_id":"1","percentage":1}
{"id":"2","kind":"canary","environment":"staging","deployment_id":"2","percentage":1}
{"id":"3","kind":"canary","environment":"staging","deployment_id":"3","percentage":1}
{"id":"4","kind":"canary","environment":"staging","deployment_id":"4","percentage":1}
{"id":"5","kind":"canary","environment":"staging","deployment_id":"5","percentage":1}
{"id":"6","kind":"canary","environment":"staging","deployment_id":"6","percentage":1}
{"id":"7","kind":"canary","environment":"staging","deployment_id":"7","percentage":1}
{"id":"8","kind":"canary","environment":"staging","deployment_id":"8","percentage":1}
{"id":"9","kind":"canary","environment":"staging","deployment_id":"8","finished":true})",
     R"({"id":"10","kind":"canary","environment":"staging","deployment_id":"9","percentage":1})",
     ""},
    {"CanaryTooMany",
     R"({"id":"1","kind":"canary","environment":"staging","deployment_id":"1","percentage":1}
{"id":"2","kind":"canary","environment":"staging","deployment_id":"2","percentage":1}
{"id":"3","kind":"canary","environment":"staging","deployment_id":"3","percentage":1}
{"id":"4","kind":"canary","environment":"staging","deployment_id":"4","percentage":1}
{"id":"5","kind":"canary","environment":"staging","deployment_id":"5","percentage":1}
{"id":"6","kind":"canary","environment":"staging","deployment_id":"6","percentage":1}
{"id":"7","kind":"canary","environment":"staging","deployment_id":"7","percentage":1}
{"id":"8","kind":"canary","environment":"staging","deployment_id":"8","percentage":1})",
     R"({"id":"9","kind":"canary","environment":"staging","deployment_id":"9","percentage":1})",
     "deployment_id \"9\" would make one series more of "
     "canary_traffic_percentage than the 8 that are allowed (--series-limit): "
     "a label must not have a new value with every run"},
    {"OlderThanTheRetention", "",
     R"({"id":"1","kind":"rollback","environment":"staging","reason":"manual","time":"2026-11-20T23:59:59Z"})",
     "it happened at 2026-11-20T23:59:59.000Z, longer ago than events are kept "
     "(--storage.retention 2d): whether it was counted is not known any more"},
    {"JustYoungEnough", "",
     R"({"id":"1","kind":"rollback","environment":"staging","reason":"manual","time":"2026-11-21T00:00:00Z"})",
     ""},
};

class AdmissionTest : public testing::TestWithParam<Case> {};

TEST_P(AdmissionTest, Decides) {
  Totals totals(schema::SchemaOptions::Default());
  if (*GetParam().before != '\0') {
    for (const Event& event : Read(GetParam().before)) {
      totals.Apply({totals.last_sequence() + 1, kNow, event});
    }
  }
  const std::vector<Event> batch = Read(GetParam().batch);
  std::vector<std::size_t> fresh(batch.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) fresh[i] = i;
  const auto rejection =
      FindRejection(batch, fresh, totals, {8, 2 * kDay}, kNow);
  EXPECT_EQ(rejection ? rejection->problem : "", GetParam().want);
  if (rejection) {
    EXPECT_EQ(rejection->index, batch.size() - 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Batches, AdmissionTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(MemoryRecorderTest, RejectedBatchRecordsNothingAndIsCounted) {
  MemoryRecorder recorder(schema::SchemaOptions::Default(), {7, 0});
  const auto receipt = recorder.Record(Read(
      R"({"id":"1","kind":"query","workflow":"a","result":"success"}
{"id":"2","kind":"query","workflow":"a","result":"failed"})"));
  ASSERT_TRUE(receipt.ok());
  ASSERT_TRUE(receipt->rejection);
  EXPECT_EQ(receipt->rejection->code, "cardinality");
  EXPECT_EQ(receipt->rejection->field, "workflow");
  EXPECT_EQ(receipt->rejection->index, 1U);
  EXPECT_TRUE(receipt->outcomes.empty());
  EXPECT_TRUE(recorder.Recent(10)->empty());
  std::int64_t rejected = 0;
  for (const std::int64_t count : recorder.rejections().cardinality) {
    rejected += count;
  }
  EXPECT_EQ(rejected, 1);
}

}  // namespace
}  // namespace exporter
