#include "exporter/event.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z

// The events as JSON, or the errors, one a line.
std::string Parse(std::string_view text, const EventLimits& limits = {}) {
  std::vector<EventError> errors;
  const auto events =
      ParseEvents(text, schema::Schema::Ours(), kNow, errors, limits);
  std::string out;
  for (const EventError& error : errors) out += ToString(error) + "\n";
  for (const Event& event : events) out += ToJson(event) + "\n";
  return out;
}

struct Case {
  const char* name;
  const char* text;
  const char* want;
};

constexpr Case kGood[] = {
    {"Deployment",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"success","duration":85.5})",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"success","duration":85.5})"
     "\n"},
    {"Started",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"started","deployment_id":"3f2a","run_url":"https://ci/1"})",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"started","deployment_id":"3f2a","run_url":"https://ci/1"})"
     "\n"},
    {"CanaryFinishedNeedsNoPercentage",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"3f2a","finished":true})",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"3f2a","finished":true})"
     "\n"},
    {"AnyWorkflow",
     R"({"id":"a","kind":"query","workflow":"nightly","result":"timeout"})",
     R"({"id":"a","kind":"query","workflow":"nightly","result":"timeout"})"
     "\n"},
    {"NullIsAsIfMissing",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","run_url":null,"deployment_id":null})",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual"})"
     "\n"},
    {"TimesInBothSpellings",
     R"([{"id":"a","kind":"query","workflow":"w","result":"failed","time":1795391999.5},
         {"id":"b","kind":"query","workflow":"w","result":"failed","time":"2026-11-22T23:00:00+01:00"}])",
     R"({"id":"a","kind":"query","time":"2026-11-22T23:59:59.500Z","workflow":"w","result":"failed"})"
     "\n"
     R"({"id":"b","kind":"query","time":"2026-11-22T22:00:00.000Z","workflow":"w","result":"failed"})"
     "\n"},
    {"OneALineWithBlankLines",
     "\n{\"id\":\"a\",\"kind\":\"smoke-test\",\"environment\":\"staging\","
     "\"result\":\"passed\"}\r\n\n{\"id\":\"b\",\"kind\":\"smoke-test\","
     "\"environment\":\"production\",\"result\":\"failed\"}\n",
     R"({"id":"a","kind":"smoke-test","environment":"staging","result":"passed"})"
     "\n"
     R"({"id":"b","kind":"smoke-test","environment":"production","result":"failed"})"
     "\n"},
    {"OneObjectOverSeveralLines",
     "{\n  \"id\": \"a\",\n  \"kind\": \"rollback\",\n  \"environment\": "
     "\"staging\",\n  \"reason\": \"manual\"\n}\n",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual"})"
     "\n"},
};

constexpr Case kBad[] = {
    {"MisspeltStatus",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"sucess"})",
     "event 1: status \"sucess\" is no status known here (allowed: started, "
     "success, failed, rolled_back)\n"},
    {"UnknownEnvironment",
     R"({"id":"a","kind":"rollback","environment":"qa","reason":"manual"})",
     "event 1: environment \"qa\" is no environment known here (allowed: "
     "staging, production)\n"},
    {"UnknownReason",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"bored"})",
     "event 1: reason \"bored\" is no reason known here (allowed: "
     "smoke_test_failed, high_error_rate, manual)\n"},
    {"ResultOfTheOtherKind",
     R"({"id":"a","kind":"smoke-test","environment":"staging","result":"timeout"})",
     "event 1: result \"timeout\" is no result known here (allowed: passed, "
     "failed)\n"},
    {"MissingId",
     R"({"kind":"rollback","environment":"staging","reason":"manual"})",
     "event 1: id is missing (allowed: any text that is this event's own, the "
     "same on a retry)\n"},
    {"MissingKind", R"({"id":"a"})",
     "event 1: kind is missing (allowed: deployment, rollback, canary, "
     "smoke-test, query)\n"},
    {"UnknownKind", R"({"id":"a","kind":"smoke_test"})",
     "event 1: kind \"smoke_test\" is no kind of event (allowed: deployment, "
     "rollback, canary, smoke-test, query)\n"},
    {"UnknownField",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","note":"x"})",
     "event 1: note is no field of a rollback (allowed: id, kind, time, "
     "environment, reason, deployment_id, run_url)\n"},
    {"FieldOfAnotherKind",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","duration":3})",
     "event 1: duration is no field of a rollback (allowed: id, kind, time, "
     "environment, reason, deployment_id, run_url)\n"},
    {"DurationAsText",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"success","duration":"85s"})",
     "event 1: duration is a string (allowed: a number)\n"},
    {"NegativeDuration",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"success","duration":-1})",
     "event 1: duration -1 is no duration (allowed: seconds, 0 "
     "to 315360000 (ten years))\n"},
    {"DurationOfAStart",
     R"({"id":"a","kind":"deployment","environment":"staging","status":"started","duration":1})",
     "event 1: duration is given for a deployment that only started\n"},
    {"PercentageAbove100",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d","percentage":100.1})",
     "event 1: percentage 100.1 is no percentage (allowed: 0 to 100)\n"},
    {"CanaryWithoutPercentage",
     R"({"id":"a","kind":"canary","environment":"staging","deployment_id":"d"})",
     "event 1: percentage is missing from a canary that goes on (allowed: 0 to "
     "100)\n"},
    {"CanaryWithoutDeployment",
     R"({"id":"a","kind":"canary","environment":"staging","percentage":10})",
     "event 1: deployment_id is missing\n"},
    {"LinkThatIsAScript",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","run_url":"javascript:alert"})",
     "event 1: run_url \"javascript:alert\" is no web address (allowed: "
     "https://... or http://...)\n"},
    {"ControlCharacter",
     R"({"id":"a\u0000b","kind":"rollback","environment":"staging","reason":"manual"})",
     "event 1: id holds a control character (allowed: printable text)\n"},
    {"TimeThatIsNone",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","time":"yesterday"})",
     "event 1: time \"yesterday\" is no time (allowed: RFC 3339 "
     "(2026-11-23T12:00:00Z) or Unix seconds)\n"},
    {"TimeFarAhead",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual","time":"2026-11-23T00:10:01Z"})",
     "event 1: time 2026-11-23T00:10:01.000Z lies ahead of this clock, which "
     "reads 2026-11-23T00:00:00.000Z (allowed: at most 10m ahead)\n"},
    {"EveryBadEventOfABatchIsNamedAndNoneIsKept",
     R"([{"id":"a","kind":"rollback","environment":"staging","reason":"manual"},
         {"id":"b","kind":"rollback","environment":"x","reason":"manual"},
         {"id":"c","kind":"nothing"}])",
     "event 2: environment \"x\" is no environment known here (allowed: "
     "staging, production)\n"
     "event 3: kind \"nothing\" is no kind of event (allowed: deployment, "
     "rollback, canary, smoke-test, query)\n"},
    {"NoObject", "[3]", "event 1: is a number (allowed: an object)\n"},
    {"EmptyBatch", "[]",
     "event 1: is missing: the batch is empty (allowed: an event)\n"},
    {"EmptyText", "",
     "event 1: 1:1: syntax error while parsing value - unexpected end of "
     "input; expected '[', '{', or a literal (allowed: JSON: an object, an "
     "array of them, or one a line)\n"},
    {"FieldGivenTwice", R"({"id":"a","id":"b","kind":"query"})",
     "event 1: 1:11: \"id\" is given twice (allowed: JSON: an object, an array "
     "of them, or one a line)\n"},
    {"BrokenLineInTheMiddle",
     "{\"id\":\"a\",\"kind\":\"query\",\"workflow\":\"w\",\"result\":"
     "\"failed\"}\n{\"id\":\n{}\n",
     "event 2: 2:7: syntax error while parsing value - unexpected end of "
     "input; expected '[', '{', or a literal (allowed: JSON: an object, an "
     "array of them, or one a line)\n"},
};

class EventTest : public testing::TestWithParam<Case> {};

TEST_P(EventTest, Parses) {
  EXPECT_EQ(Parse(GetParam().text), GetParam().want);
}

constexpr auto kName = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Good, EventTest, testing::ValuesIn(kGood), kName);
INSTANTIATE_TEST_SUITE_P(Bad, EventTest, testing::ValuesIn(kBad), kName);

TEST(EventTableTest, JsonOfAnEventReadsBackEqual) {
  for (const Case& row : kGood) {
    const std::string once = Parse(row.text);
    EXPECT_EQ(Parse(once), once) << row.name;
  }
}

TEST(EventTableTest, EveryLabelOfAMetricIsAFieldOfItsEvent) {
  for (const EventKindRow& row : EventKinds()) {
    for (const std::string_view name :
         {row.counter, row.histogram, row.gauge}) {
      if (name.empty()) continue;
      const schema::MetricRow* metric = schema::FindRow(name);
      ASSERT_NE(metric, nullptr) << name;
      for (const schema::LabelRow& label : metric->labels) {
        const auto it =
            std::ranges::find(row.fields, label.name, &FieldRow::name);
        EXPECT_NE(it, row.fields.end()) << row.name << " " << label.name;
      }
    }
    EXPECT_EQ(FindEventKind(row.name), &row);
    EXPECT_EQ(&Row(row.kind), &row);
  }
}

TEST(EventLimitsTest, BatchAndTextAreBounded) {
  const std::string event =
      R"({"id":"a","kind":"query","workflow":"w","result":"failed"})";
  EXPECT_EQ(Parse("[" + event + "," + event + "]", {.events = 1}),
            "event 2: is one too many: there are 2 (allowed: at most 1 in a "
            "batch)\n");
  EXPECT_EQ(Parse(event, {.text_bytes = 5}),
            "event 1: result is 6 bytes long (allowed: at most 5 bytes)\n");
}

TEST(FirstDifferenceTest, NamesTheField) {
  Event a;
  a.id = "1";
  Event b = a;
  EXPECT_EQ(FirstDifference(a, b), "");
  b.status = "failed";
  EXPECT_EQ(FirstDifference(a, b), "status");
  b = a;
  b.time = 5;
  EXPECT_EQ(FirstDifference(a, b), "time");
  b = a;
  b.finished = true;
  EXPECT_EQ(FirstDifference(a, b), "finished");
}

}  // namespace
}  // namespace exporter
