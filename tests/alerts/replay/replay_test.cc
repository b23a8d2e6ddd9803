// A replay writes what evaluating the groups one time after the other writes.

#include "alerts/replay/replay.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "alerts/storage_host.h"
#include "base/diagnostic.h"
#include "promql/storage/memory.h"

namespace alerts {
namespace {

constexpr base::Timestamp kStart = 1'700'000'000'000;
constexpr base::Duration kMinute = 60'000;

std::vector<GroupDefinition> Rules(const std::string& text) {
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<const base::Source>("rules", text);
  const auto file = ParseRuleFile(source, diagnostics);
  for (const base::Diagnostic& finding : diagnostics.all()) {
    ADD_FAILURE() << base::Render(*source, finding);
  }
  return file ? DefineGroups(*file) : std::vector<GroupDefinition>();
}

struct Sample {
  base::Timestamp time;
  base::Labels labels;
  double value;
};

// Gauges that come, go and jump, and a counter, every 30 s for four hours.
std::vector<Sample> RandomSamples(unsigned seed) {
  std::mt19937 random(seed);
  const auto chance = [&](int percent) {
    return static_cast<int>(random() % 100) < percent;
  };
  std::map<std::string, double> levels;
  std::vector<Sample> samples;
  double total = 0;
  for (base::Timestamp time = kStart - 10 * kMinute;
       time <= kStart + 240 * kMinute; time += kMinute / 2) {
    for (const char* job : {"a", "b", "c"}) {
      double& level = levels[job];
      if (chance(6)) level = static_cast<double>(random() % 10);
      if (level >= 9) continue;
      samples.push_back(
          {time, {{"__name__", "load"}, {"job", job}, {"env", "x"}}, level});
    }
    if (chance(10)) total += static_cast<double>(random() % 4);
    samples.push_back({time, {{"__name__", "events_total"}}, total});
  }
  return samples;
}

promql::MemoryStorage Stored(const std::vector<Sample>& samples) {
  promql::MemoryStorage storage;
  for (const Sample& sample : samples) {
    storage.Append(sample.labels, sample.time, sample.value);
  }
  return storage;
}

// A line a series of the rules, with its samples since the start.
std::string Written(const promql::Storage& storage) {
  const auto set = storage.Select({}, kStart, kStart + 1000 * kMinute);
  std::map<std::string, std::string> lines;
  for (const promql::SeriesView& series : set->series) {
    const std::string name(series.labels.metric_name());
    if (name == "load" || name == "events_total") continue;
    std::string& line = lines[base::SeriesName(series.labels)];
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (series.times[i] < kStart) continue;
      const double minutes =
          static_cast<double>(series.times[i] - kStart) / kMinute;
      if (promql::IsStaleMarker(series.values[i])) {
        line += absl::StrFormat(" stale@%g", minutes);
      } else {
        line += absl::StrFormat(" %.17g@%g", series.values[i], minutes);
      }
    }
  }
  std::string text;
  for (const auto& [name, line] : lines) {
    if (!line.empty()) text += name + line + "\n";
  }
  return text;
}

// One time after the other, as a server does; also the failures.
std::string StepByStep(const std::vector<Sample>& samples,
                       const std::vector<GroupDefinition>& groups,
                       base::Timestamp end, std::size_t* failures) {
  StorageHost host;
  std::vector<GroupEvaluation> evaluations;
  for (const GroupDefinition& group : groups) {
    evaluations.emplace_back(group, EvaluationSettings());
  }
  std::size_t next = 0;
  for (base::Timestamp time = kStart; time <= end; time += kMinute / 4) {
    for (; next < samples.size() && samples[next].time <= time; ++next) {
      EXPECT_TRUE(host.Append(samples[next].labels, samples[next].time,
                              {{}, samples[next].value, nullptr})
                      .ok());
    }
    for (GroupEvaluation& group : evaluations) {
      const base::Duration interval =
          group.group().interval == 0 ? kMinute : group.group().interval;
      if ((time - kStart) % interval != 0) continue;
      group.Evaluate(time, host);
      for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
        *failures += group.status(i).health == RuleHealth::kError ? 1 : 0;
      }
    }
  }
  return Written(host.storage());
}

struct Case {
  const char* name;
  const char* rules;
  bool at_once;  // Whether all rules are.
};

constexpr Case kCases[] = {
    {"AlertWithFor",
     "groups: [{name: g, rules: [{alert: A, expr: load > 5, for: 5m}]}]", true},
    {"KeepFiringFor",
     "groups: [{name: g, rules: [{alert: A, expr: load > 5, for: 2m,"
     " keep_firing_for: 7m, labels: {job: '{{ $labels.job }}!'}}]}]",
     true},
    {"LimitIsExceededNowAndThen",
     "groups: [{name: g, limit: 1, rules: [{alert: A, expr: load > 3},"
     " {record: r, expr: load > 4}]}]",
     true},
    {"EqualLabelsFail",
     "groups: [{name: g, rules: [{alert: A, expr: load > 3, for: 1m,"
     " labels: {job: one}}, {record: r, expr: load > 3, labels: {job: one}}]}]",
     true},
    {"ValueInALabel",
     "groups: [{name: g, rules: [{alert: A, expr: load > 5, for: 1m,"
     " labels: {value: '{{ $value }}'}}]}]",
     true},
    {"EmptyLabelKeepsItsText",
     "groups: [{name: g, rules: [{alert: A, expr: load > 5,"
     " labels: {zone: '{{ $labels.zone }}'}}]}]",
     true},
    {"RecordingFeedsLater",
     "groups: [{name: g, interval: 30s, rules: ["
     "{record: r, expr: sum by (job) (load)},"
     "{record: s, expr: 'avg_over_time(r[3m])'},"
     "{alert: A, expr: s > 4, for: 90s}]}]",
     true},
    {"OtherGroupsAtOtherTimes",
     "groups: [{name: g, interval: 2m, rules: ["
     "{record: r, expr: 'increase(events_total[10m])'}]},"
     "{name: h, interval: 45s, rules: [{alert: A, expr: r > 2, for: 3m}]}]",
     true},
    {"RecordingIsReadBeforeItIsWritten",
     "groups: [{name: g, rules: [{alert: A, expr: r > 5},"
     "{record: r, expr: load}, {record: t, expr: r + 1}]}]",
     false},
    {"RecordingReadsItself",
     "groups: [{name: g, rules: [{record: r, "
     "expr: count(load) + (r or vector(0))}, {alert: A, expr: r > 20}]}]",
     false},
    {"AlertReadsAlerts",
     "groups: [{name: g, rules: [{alert: A, expr: load > 5, for: 3m},"
     "{alert: B, expr: 'count by (job) (ALERTS{alertname=\"A\","
     "alertstate=\"firing\"})', for: 2m},"
     "{alert: C, expr: 'time() - ALERTS_FOR_STATE{alertname=\"B\"} > 300'}]}]",
     true},
    {"SelectorWithoutAName",
     "groups: [{name: g, rules: [{record: r, expr: 'count({job=\"a\"})'},"
     "{alert: A, expr: load > 8}]}]",
     false},
    {"QueryOffset",
     "groups: [{name: g, query_offset: 90s, rules: ["
     "{record: r, expr: sum(load)}, {alert: A, expr: r > 12, for: 2m}]},"
     "{name: h, rules: [{alert: B, expr: r > 12}]}]",
     false},
    {"OneFailsNowAndThen",
     "groups: [{name: g, rules: [{alert: A, for: 1m,"
     " expr: 'load * on (env) group_left () (load > 6) > 0'}]}]",
     true},
    {"RangeFunctionsOfTheQuery",
     "groups: [{name: g, rules: [{record: r, expr: 'load @ end()'},"
     "{record: s, expr: 'sum(load offset -2m)'}]}]",
     false},
    {"ScalarResult",
     "groups: [{name: g, rules: [{record: r, expr: 'scalar(sum(load))'},"
     "{alert: A, expr: 'scalar(load{job=\"a\"}) > bool 5'}]}]",
     true},
    {"TwoRulesWriteOneSeries",
     "groups: [{name: g, rules: [{record: r, expr: 'load > 3'},"
     "{record: r, expr: 'load < 6'}, {record: q, expr: r}]}]",
     true},
    {"TemplateQueriesWhatRulesWrote",
     "groups: [{name: g, rules: [{record: r, expr: sum(load)},"
     "{alert: A, expr: 'load > 5', for: 1m, labels: {high: "
     "'{{ if query \"r > 14\" }}yes{{ else }}no{{ end }}'}}]}]",
     false},
};

class ReplayTest : public testing::TestWithParam<Case> {};

TEST_P(ReplayTest, WritesWhatAServerWould) {
  const std::vector<GroupDefinition> groups = Rules(GetParam().rules);
  for (const unsigned seed : {1u, 2u}) {
    const std::vector<Sample> samples = RandomSamples(seed);
    const promql::MemoryStorage data = Stored(samples);
    ReplayOptions options;
    options.start = kStart;
    options.end = kStart + 230 * kMinute;
    options.keep_written = true;
    Replay replay(data, groups, options);
    replay.Run();
    std::size_t failures = 0;
    const std::string wanted =
        StepByStep(samples, groups, options.end, &failures);
    EXPECT_FALSE(wanted.empty());
    EXPECT_EQ(Written(replay.storage()), wanted) << seed;
    std::size_t replayed_failures = 0;
    bool at_once = true;
    for (const ReplayedRule& rule : replay.rules()) {
      replayed_failures += rule.failures;
      at_once = at_once && rule.at_once;
    }
    EXPECT_EQ(replayed_failures, failures) << seed;
    EXPECT_EQ(at_once, GetParam().at_once);
  }
}

TEST_P(ReplayTest, AWarmUpMakesTheRestOfALongerReplay) {
  const std::vector<GroupDefinition> groups = Rules(GetParam().rules);
  const promql::MemoryStorage data = Stored(RandomSamples(3));
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 230 * kMinute;
  options.keep_written = true;
  Replay whole(data, groups, options);
  whole.Run();
  options.warm_up = 90 * kMinute;
  options.start = kStart + options.warm_up;
  Replay later(data, groups, options);
  later.Run();
  EXPECT_EQ(Written(later.storage()), Written(whole.storage()));
  for (std::size_t i = 0; i < later.rules().size(); ++i) {
    const ReplayedRule& rule = later.rules()[i];
    std::vector<Episode> rest = whole.rules()[i].episodes;
    std::erase_if(rest, [&](const Episode& episode) {
      return episode.ended_at && *episode.ended_at <= options.start;
    });
    EXPECT_EQ(rule.episodes, rest);
    EXPECT_EQ(rule.evaluations, later.grid(rule.group).steps);
    EXPECT_EQ(later.grid(rule.group).start, options.start);
    EXPECT_LE(rule.failures, whole.rules()[i].failures);
    if (!rule.first_failures.empty()) {
      EXPECT_GE(rule.first_failures.front().time, options.start);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, ReplayTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// minutes: value, of one series; in between the value stays.
promql::MemoryStorage Steps(std::map<int, double> values, int last) {
  promql::MemoryStorage storage;
  double value = 0;
  for (int minute = 0; minute <= last; ++minute) {
    const auto found = values.find(minute);
    if (found != values.end()) value = found->second;
    storage.Append({{"__name__", "load"}, {"job", "a"}},
                   kStart + minute * kMinute, value);
  }
  return storage;
}

int Minute(base::Timestamp time) {
  return static_cast<int>((time - kStart) / kMinute);
}

TEST(Episodes, TellWhenAndHowHigh) {
  const promql::MemoryStorage data =
      Steps({{2, 7}, {4, 9}, {5, 6}, {10, 1}, {11, 8}, {13, 0}}, 30);
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 30 * kMinute;
  Replay replay(data,
                Rules("groups: [{name: g, rules: [{alert: A, expr: load > 5, "
                      "for: 3m, keep_firing_for: 2m}]}]"),
                options);
  replay.Run();
  const std::vector<Episode>& episodes = replay.rules()[0].episodes;
  ASSERT_EQ(episodes.size(), 1u);
  const Episode& episode = episodes[0];
  EXPECT_EQ(base::ToString(episode.labels), "{alertname=\"A\", job=\"a\"}");
  EXPECT_EQ(Minute(episode.active_at), 2);
  EXPECT_EQ(Minute(*episode.fired_at), 5);
  // At 10 keep_firing_for held it; missing since 13, it ends two minutes later.
  EXPECT_EQ(Minute(episode.last_true), 12);
  EXPECT_EQ(Minute(*episode.ended_at), 15);
  EXPECT_EQ(episode.evaluations, 10u);
  EXPECT_EQ(episode.first, 7);
  EXPECT_EQ(episode.last, 8);
  EXPECT_EQ(episode.lowest, 6);
  EXPECT_EQ(episode.highest, 9);
}

TEST(Episodes, TheLastMayStillBeOpen) {
  const promql::MemoryStorage data = Steps({{2, 7}}, 10);
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 10 * kMinute;
  Replay replay(data,
                Rules("groups: [{name: g, rules: [{alert: A, expr: load > 5, "
                      "for: 1h}]}]"),
                options);
  replay.Run();
  ASSERT_EQ(replay.rules()[0].episodes.size(), 1u);
  EXPECT_FALSE(replay.rules()[0].episodes[0].fired_at.has_value());
  EXPECT_FALSE(replay.rules()[0].episodes[0].ended_at.has_value());
}

TEST(Overlay, ShowsRecordedSeriesOfItsRulesOnlyBeforeTheStart) {
  promql::MemoryStorage data = Steps({{0, 7}}, 10);
  for (int minute = -5; minute <= 10; ++minute) {
    data.Append({{"__name__", "r"}, {"job", "a"}}, kStart + minute * kMinute,
                100);
  }
  ReplayOptions options;
  options.start = kStart;
  options.end = kStart + 10 * kMinute;
  options.keep_written = true;
  Replay replay(data,
                Rules("groups: [{name: g, rules: [{record: r, expr: load},"
                      "{record: s, expr: 'max_over_time(r[4m])'}]}]"),
                options);
  replay.Run();
  const std::string written = Written(replay.storage());
  EXPECT_NE(written.find("s{job=\"a\"} 100@0 100@1 100@2 7@3 7@4"),
            std::string::npos)
      << written;
}

}  // namespace
}  // namespace alerts
