#include "alerts/replay/why.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/replay/replay.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "promql/storage/memory.h"

namespace alerts {
namespace {

constexpr base::Timestamp kStart = 1'700'000'000'000;
constexpr base::Duration kMinute = 60'000;

// load of jobs a and b between 1 and 8, a counter that rises, and one sample of
// `lonely`, for an hour.
const promql::MemoryStorage& Data() {
  static const promql::MemoryStorage* const data = [] {
    auto* storage = new promql::MemoryStorage();
    for (int minute = 0; minute <= 60; ++minute) {
      const base::Timestamp time = kStart + minute * kMinute;
      storage->Append({{"__name__", "load"}, {"job", "a"}}, time,
                      1 + minute % 5);
      storage->Append({{"__name__", "load"}, {"job", "b"}}, time,
                      minute == 30 ? 8 : 2);
      storage->Append({{"__name__", "events_total"}, {"env", "x"}}, time,
                      minute);
      storage->Append({{"__name__", "nothing"}}, time, std::nan(""));
    }
    storage->Append({{"__name__", "lonely"}}, kStart + 7 * kMinute, 1);
    return storage;
  }();
  return *data;
}

struct Case {
  const char* name;
  const char* rule;  // Without its name.
  const char* want;  // kind: text | part
};

constexpr Case kCases[] = {
    {"UnknownMetric", "expr: lod > 5",
     "never-true: the data has no sample of lod | lod"},
    {"ValueOfALabel", "expr: 'sum(load{job=\"c\"}) > 5'",
     "never-true: no series of load has job=\"c\"; the data has \"a\", \"b\" | "
     "load{job=\"c\"}"},
    {"MissingLabel", "expr: 'load{env=\"x\"} > 5'",
     "never-true: load has no label env in the data | load{env=\"x\"}"},
    {"BoundAbove", "expr: load > 9",
     "never-true: load was 1 to 8, never > 9 | load > 9"},
    {"BoundOnTheLeft", "expr: 0 > load",
     "never-true: load was 1 to 8, never 0 > it | 0 > load"},
    {"AlwaysNaN", "expr: nothing > 1",
     "never-true: nothing was always NaN, never > 1 | nothing > 1"},
    {"VectorBound", "expr: 'load > on () group_left () events_total + 9'",
     "never-true: load was 1 to 8, never > events_total + 9 (9 to 69) | "
     "load > on () group_left () events_total + 9"},
    {"DeepInside", "expr: 'sum(rate(events_total{env=\"y\"}[5m])) / 2 > 5'",
     "never-true: no series of events_total has env=\"y\"; the data has \"x\" "
     "| events_total{env=\"y\"}"},
    {"OneSampleInTheWindow", "expr: 'rate(lonely[5m]) > 0'",
     "never-true: rate() never found enough samples in the window of "
     "lonely[5m] | rate(lonely[5m])"},
    {"NoPartner", "expr: load / events_total > 0",
     "never-true: no series of load has the labels of one of events_total at "
     "the same time | load / events_total"},
    {"ComparedWithoutPartner", "expr: load > events_total",
     "never-true: no series of load has the labels of one of events_total | "
     "load > events_total"},
    {"AndNeverTogether", "expr: load > 7 and load < 3",
     "never-true: load > 7 and load < 3 never had a result of the same labels "
     "at the same time | load > 7 and load < 3"},
    {"BothArmsOfOr", "expr: load > 9 or lod",
     "never-true: load was 1 to 8, never > 9; and the data has no sample of "
     "lod | load > 9 or lod"},
    {"Unless", "expr: load unless load > 0",
     "never-true: what load has, load > 0 always had too | "
     "load unless load > 0"},
    {"Absent", "expr: 'absent(load{job=\"a\"})'",
     "never-true: load{job=\"a\"} always had a result | "
     "absent(load{job=\"a\"})"},
    {"TooShort", "expr: load > 2, for: 10m",
     "never-firing: true for 2m at most, less than its `for` of 10m | "},
    {"OnlyNowAndThen", "expr: load > 6, for: 2m",
     "never-firing: true at single evaluations only, less than its `for` of 2m "
     "| "},
    {"StillPending", "expr: events_total > 57, for: 10m",
     "never-firing: true for 2m at most, less than its `for` of 10m; still "
     "pending at the end | "},
    {"ValueInALabel",
     "expr: events_total > 20, for: 5m, labels: {v: '{{ $value }}'}",
     "never-firing: true at single evaluations only, less than its `for` of "
     "5m; still pending at the end; a label whose text changes with the value "
     "starts `for` anew | "},
    {"Failing", "expr: 'load * on () load'",
     "failed: every evaluation failed: found duplicate series for the match "
     "group {} on the right hand-side of the operation"},
    {"Fires", "expr: load > 7", "fired"},
};

class WhyTest : public testing::TestWithParam<Case> {};

TEST_P(WhyTest, Says) {
  const auto source = std::make_shared<const base::Source>(
      "rules", absl::StrFormat("groups: [{name: g, rules: [{alert: A, %s}]}]",
                               GetParam().rule));
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(source, diagnostics);
  ASSERT_TRUE(file.has_value());
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 60 * kMinute;
  Replay replay(Data(), DefineGroups(*file), options);
  replay.Run();
  const auto why = WhyNever(replay, replay.rules()[0]);
  const std::string text =
      why ? absl::StrFormat("%s: %s | %s", ReasonKindName(why->kind), why->text,
                            why->part)
          : "fired";
  const std::string want = GetParam().want;
  // The texts of the engine's errors go on with what differs.
  EXPECT_EQ(want.starts_with("failed") ? text.substr(0, want.size()) : text,
            want);
}

INSTANTIATE_TEST_SUITE_P(Reasons, WhyTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace alerts
