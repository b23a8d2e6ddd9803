#include "alerts/replay/compare.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "promql/storage/memory.h"

namespace alerts {
namespace {

constexpr base::Timestamp kStart = 1'700'000'000'000;
constexpr base::Duration kMinute = 60'000;

// 6 from minute 10 to 19, 9 from 30 to 39, else 1.
promql::MemoryStorage Data() {
  promql::MemoryStorage storage;
  for (int minute = 0; minute <= 60; ++minute) {
    const int ten = minute / 10;
    storage.Append({{"__name__", "load"}, {"job", "a"}},
                   kStart + minute * kMinute,
                   ten == 1   ? 6
                   : ten == 3 ? 9
                              : 1);
  }
  return storage;
}

std::unique_ptr<Replay> Replayed(const promql::Storage& data,
                                 const std::string& rules) {
  const auto source = std::make_shared<const base::Source>(
      "rules", absl::StrFormat("groups: [{name: g, rules: [%s]}]", rules));
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(source, diagnostics);
  EXPECT_TRUE(file.has_value());
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 60 * kMinute;
  auto replay = std::make_unique<Replay>(data, DefineGroups(*file), options);
  replay->Run();
  return replay;
}

std::string Text(const std::optional<Firing>& firing) {
  if (!firing) return "nothing";
  const auto minute = [](base::Timestamp time) {
    return static_cast<int>((time - kStart) / kMinute);
  };
  return absl::StrFormat("%s %d-%s", base::ToString(firing->labels),
                         minute(firing->from),
                         firing->to ? std::to_string(minute(*firing->to)) : "");
}

struct Case {
  const char* name;
  const char* before;
  const char* after;
  const char* want;
};

constexpr Case kCases[] = {
    {"Same", "{alert: A, expr: load > 5}", "{alert: A, expr: load >= 6}",
     "2 unchanged"},
    {"Lost", "{alert: A, expr: load > 5}", "{alert: A, expr: load > 8}",
     "lost A {alertname=\"A\", job=\"a\"} 10-20 nothing; 1 unchanged"},
    {"Gained", "{alert: A, expr: load > 8}", "{alert: A, expr: load > 5}",
     "gained A nothing {alertname=\"A\", job=\"a\"} 10-20; 1 unchanged"},
    {"Moved", "{alert: A, expr: load > 8}",
     "{alert: A, expr: load > 8, for: 2m}",
     "moved A {alertname=\"A\", job=\"a\"} 30-40 {alertname=\"A\", job=\"a\"} "
     "32-40; 0 unchanged"},
    {"Relabelled", "{alert: A, expr: load > 8}",
     "{alert: A, expr: sum(load) > 8}",
     "relabelled A {alertname=\"A\", job=\"a\"} 30-40 {alertname=\"A\"} "
     "30-40; 0 unchanged"},
    {"Renamed", "{alert: A, expr: load > 8}", "{alert: B, expr: load > 8}",
     "lost A {alertname=\"A\", job=\"a\"} 30-40 nothing; gained B nothing "
     "{alertname=\"B\", job=\"a\"} 30-40; 0 unchanged"},
    {"StillFiring", "{alert: A, expr: load > 0}",
     "{alert: A, expr: load > 0, for: 59m}",
     "moved A {alertname=\"A\", job=\"a\"} 0- {alertname=\"A\", job=\"a\"} "
     "59-; 0 unchanged"},
};

class CompareTest : public testing::TestWithParam<Case> {};

TEST_P(CompareTest, FindsTheChanges) {
  const promql::MemoryStorage data = Data();
  const Comparison comparison = Compare(*Replayed(data, GetParam().before),
                                        *Replayed(data, GetParam().after));
  std::string text;
  for (const FiringChange& change : comparison.changes) {
    text +=
        absl::StrFormat("%s %s %s %s; ", FiringChangeName(change.kind),
                        change.alert, Text(change.before), Text(change.after));
  }
  text += absl::StrFormat("%d unchanged", comparison.unchanged);
  EXPECT_EQ(text, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rules, CompareTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace alerts
