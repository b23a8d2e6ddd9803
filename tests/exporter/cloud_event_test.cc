#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "exporter/foreign_event.h"
#include "schema/schema.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z

struct Case {
  const char* name;
  const char* text;
  const char* want;  // Our JSON, the first error, or "" for no event.
};

constexpr Case kCases[] = {
    {"ServiceDeployed",
     R"({"specversion":"1.0","id":"271069a8","source":"/ci/argo","type":"dev.cdevents.service.deployed.0.2.0","time":"2026-11-22T10:00:00Z","datacontenttype":"application/json","data":{"context":{"version":"0.5.0","id":"271069a8","source":"/ci/argo","type":"dev.cdevents.service.deployed.0.2.0","timestamp":"2026-11-22T10:00:00Z"},"subject":{"id":"shop","type":"service","content":{"environment":{"id":"production","source":"/k8s"},"artifactId":"pkg:oci/shop@sha256%3A0b31"}}}})",
     R"({"id":"/ci/argo 271069a8","kind":"deployment","time":"2026-11-22T10:00:00.000Z","environment":"production","status":"success","deployment_id":"pkg:oci/shop@sha256%3A0b31"})"},
    {"ServiceUpgraded",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.service.upgraded.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"}}}}})",
     R"({"id":"s 1","kind":"deployment","environment":"staging","status":"success"})"},
    {"ServiceRolledBack",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.service.rolledback.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"}}}}})",
     R"({"id":"s 1","kind":"rollback","environment":"staging","reason":"manual"})"},
    {"TestSuiteThatPassed",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.testsuiterun.finished.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"},"outcome":"pass"}}}})",
     R"({"id":"s 1","kind":"smoke-test","environment":"staging","result":"passed"})"},
    {"TestSuiteThatFailed",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.testsuiterun.finished.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"},"outcome":"error"}}}})",
     R"({"id":"s 1","kind":"smoke-test","environment":"staging","result":"failed"})"},
    {"TestSuiteThatWasCancelledCountsNothing",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.testsuiterun.finished.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"},"outcome":"cancel"}}}})",
     ""},
    {"OtherKindsCountNothing",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.build.started.0.2.0"})",
     ""},
    {"LongerNameIsAnotherKind",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.service.deployedx"})",
     ""},
    {"EnvironmentIsNeeded",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.service.deployed.0.2.0","data":{"subject":{"content":[]}}})",
     "event 1: data.subject.content.environment.id is missing (allowed: a "
     "string)"},
    {"EnvironmentMustBeKnown",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.service.deployed.0.2.0","data":{"subject":{"content":{"environment":{"id":"qa"}}}}})",
     "event 1: environment \"qa\" is no environment known here (allowed: "
     "staging, production)"},
    {"OutcomeMustBeKnown",
     R"({"specversion":"1.0","id":"1","source":"s","type":"dev.cdevents.testsuiterun.finished.0.2.0","data":{"subject":{"content":{"environment":{"id":"staging"},"outcome":"fine"}}}})",
     "event 1: data.subject.content.outcome \"fine\" is no outcome known here "
     "(allowed: pass, success, fail, failure, error, cancel)"},
    {"SourceIsNeeded",
     R"({"specversion":"1.0","id":"1","type":"dev.cdevents.service.deployed.0.2.0"})",
     "event 1: source is missing (allowed: a string)"},
};

class CloudEventTest : public testing::TestWithParam<Case> {};

TEST_P(CloudEventTest, IsReadInOurTerms) {
  std::vector<EventError> errors;
  const auto events =
      ParseEvents(GetParam().text, schema::Schema::Ours(), kNow, errors);
  std::string got;
  if (!errors.empty()) got = ToString(errors.front());
  if (!events.empty()) got = ToJson(events.front());
  EXPECT_EQ(got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CloudEventTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(CloudEventsTest, MayStandAmongOurs) {
  const std::string text =
      std::string(kCases[0].text) + "\n" +
      R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual"})" +
      "\n" + kCases[6].text + "\n";
  std::vector<EventError> errors;
  EXPECT_EQ(ParseEvents(text, schema::Schema::Ours(), kNow, errors).size(), 2U);
  EXPECT_TRUE(errors.empty());
}

TEST(CloudEventsTest, EveryKindHasACase) {
  for (const ForeignRow& row : ForeignEvents()) {
    if (row.vocabulary != Vocabulary::kCdEvents) continue;
    bool found = false;
    for (const Case& test : kCases) {
      found |= std::string_view(test.text).find(std::string(row.type) + ".") !=
               std::string_view::npos;
    }
    EXPECT_TRUE(found) << row.type;
  }
}

}  // namespace
}  // namespace exporter
