// Replay has the ALERTS series that the real Prometheus 2.42 has.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/replay/replay.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "net/http_client.h"
#include "net/url.h"
#include "promql/check/parse.h"
#include "promql/engine/compatibility.h"
#include "tests/alerts/replay/faster_rules.h"
#include "tests/alerts/replay/made_up_series.h"
#include "tests/support/corpus.h"
#include "tests/support/process.h"

namespace alerts {
namespace {

constexpr tests::milliseconds kDeadline(60'000);
// A minute of the rules is a second of the test.
constexpr int kDivisor = 60;
constexpr base::Duration kInterval = 1'000;
constexpr base::Duration kLookback = 5 * 60 * 1000 / kDivisor;
constexpr std::size_t kEvaluations = 24;
// ALERTS are written from the third evaluation on; rules that read them see
// something one evaluation later.
constexpr base::Duration kSettled = 2 * kInterval;
constexpr base::Duration kReadersSettled = 4 * kInterval;
constexpr char kClock[] = "evaluation_clock";

void AddRules(const std::string& path, std::vector<RuleDefinition>& rules) {
  const auto source =
      std::make_shared<const base::Source>(path, tests::ReadFile(path));
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(source, diagnostics);
  ASSERT_TRUE(file.has_value()) << path;
  for (const GroupDefinition& group : DefineGroups(*file)) {
    for (const RuleDefinition& rule : group.rules) {
      rules.push_back(Faster(rule, kDivisor));
    }
  }
}

RuleDefinition OwnRule(RuleDefinition::Kind kind, std::string name,
                       std::string_view expr, base::Labels labels = {}) {
  RuleDefinition rule;
  rule.kind = kind;
  rule.name = std::move(name);
  base::Diagnostics diagnostics;
  rule.expr = promql::Parse(expr, diagnostics);
  rule.labels = std::move(labels);
  return rule;
}

// All in one group: several race with each other in a server.
std::vector<RuleDefinition> AllRules() {
  using Kind = RuleDefinition::Kind;
  std::vector<RuleDefinition> rules;
  rules.push_back(OwnRule(Kind::kRecording, kClock, "time()"));
  // A label that expands to nothing, one that follows the value, and alerts
  // that outlive their condition.
  rules.push_back(OwnRule(Kind::kAlerting, "EmptyLabel", "jumps > 0.5",
                          {{"zone", "{{ $labels.zone }}"}}));
  rules.push_back(OwnRule(Kind::kAlerting, "ValueLabel", "jumps > 0.5",
                          {{"value", "{{ $value | humanize }}"}}));
  rules.push_back(OwnRule(Kind::kAlerting, "Kept", "jumps > 1"));
  rules.back().hold = 2'000;
  rules.back().keep_firing_for = 3'000;
  AddRules(ROLLWATCH_SOURCE_DIR "/examples/alerts.yml", rules);
  for (const char* folder : {"/rules/thanos", "/rules/kube-prometheus"}) {
    std::set<std::string> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(tests::Corpus() + folder)) {
      if (entry.path().filename() != "tests.yaml") paths.insert(entry.path());
    }
    for (const std::string& path : paths) AddRules(path, rules);
  }
  return rules;
}

// Seldom for the long windows, every 250 ms around the test, and then for ten
// minutes: Prometheus evaluates nothing behind its newest block.
std::vector<base::Timestamp> SampleTimes(base::Timestamp now) {
  struct Part {
    base::Duration from, to, step;
  };
  constexpr Part kParts[] = {{-80 * 60'000, -60'000, 30'000},
                             {-60'000, 100'000, 250},
                             {100'000, 600'000, 10'000}};
  std::vector<base::Timestamp> times;
  for (const Part& part : kParts) {
    for (base::Duration at = part.from; at < part.to; at += part.step) {
      times.push_back(now + at);
    }
  }
  return times;
}

using Times = std::set<base::Timestamp>;
using AlertTimes = std::map<base::Labels, Times>;

class Server {
 public:
  // Empty, or why it does not run.
  std::string Start(const std::string& page, const std::string& rules) {
    const tests::Finished blocks =
        tests::Run({"promtool", "tsdb", "create-blocks-from", "openmetrics",
                    "--quiet", "--max-block-duration=336h",
                    folder_.Write("page", page), folder_.Path("data")},
                   {}, kDeadline);
    if (blocks.status != 0) return blocks.err;
    const std::string config = absl::StrFormat(
        "global: {evaluation_interval: 1s}\n"
        "rule_files: ['%s']\n"
        "storage: {tsdb: {out_of_order_time_window: 2h}}\n",
        folder_.Write("rules.json", rules));
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file", folder_.Write("config.yml", config),
        "--storage.tsdb.path", folder_.Path("data"),
        "--query.lookback-delta=5s", "--web.listen-address", "127.0.0.1:0"});
    const std::string address =
        process_->WaitForText("msg=\"Listening on\" address=", kDeadline);
    url_ = "http://" + address;
    return address.empty() ? process_->err() : "";
  }

  // The samples' times of each series of the metric.
  AlertTimes Ask(const std::string& metric) const {
    const auto response =
        net::Send({.url = url_ + "/api/v1/query?query=" +
                          net::PercentEncode(metric + "[100s]")});
    AlertTimes answer;
    if (!response.ok()) return answer;
    const base::Source source("answer", response->body);
    base::Diagnostics diagnostics;
    const auto json = base::ReadJson(source, diagnostics);
    const base::Json* data = json ? json->Find("data") : nullptr;
    if (data == nullptr) return answer;
    for (const base::Json& row : data->Find("result")->elements) {
      base::LabelsBuilder labels;
      for (const base::JsonMember& label : row.Find("metric")->members) {
        labels.Set(label.name, label.value.text);
      }
      Times& times = answer[labels.Build()];
      for (const base::Json& point : row.Find("values")->elements) {
        times.insert(std::llround(point.elements[0].number * 1000));
      }
    }
    return answer;
  }

  // The times of its evaluations, up to the first that it left out; not the
  // last, which may be under way.
  std::vector<base::Timestamp> Evaluations() const {
    const AlertTimes clock = Ask(kClock);
    std::vector<base::Timestamp> times;
    if (clock.empty()) return times;
    for (const base::Timestamp time : clock.begin()->second) {
      if (!times.empty() && time != times.back() + kInterval) break;
      times.push_back(time);
    }
    if (!times.empty()) times.pop_back();
    return times;
  }

  std::string log() const { return process_->err(); }

 private:
  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Process> process_;
  std::string url_;
};

AlertTimes Written(const promql::Storage& storage, base::Timestamp from,
                   base::Timestamp to) {
  const auto set = storage.Select(
      {base::Matcher::Equal(std::string(base::kMetricName), "ALERTS")}, from,
      to);
  AlertTimes alerts;
  for (const promql::SeriesView& view : set->series) {
    for (std::size_t i = 0; i < view.times.size(); ++i) {
      const base::Timestamp time = view.times[i];
      if (time < from || time > to) continue;
      if (!promql::IsStaleMarker(view.values[i])) {
        alerts[view.labels].insert(time);
      }
    }
  }
  return alerts;
}

// Leaves what is compared: [from, to], of readers of ALERTS a bit later.
AlertTimes Within(const AlertTimes& alerts, base::Timestamp from,
                  base::Timestamp to) {
  AlertTimes kept;
  for (const auto& [labels, times] : alerts) {
    const bool reader = labels.Get("alertname") == "InfoInhibitor";
    for (const base::Timestamp time : times) {
      if (time < from + (reader ? kReadersSettled : kSettled)) continue;
      if (time <= to) kept[labels].insert(time);
    }
  }
  return kept;
}

std::string Difference(const AlertTimes& ours, const AlertTimes& theirs,
                       base::Timestamp start) {
  std::string text;
  std::set<base::Labels> all;
  for (const auto& [labels, times] : ours) all.insert(labels);
  for (const auto& [labels, times] : theirs) all.insert(labels);
  const auto list = [&](const AlertTimes& alerts, const base::Labels& labels) {
    std::string seconds;
    const auto found = alerts.find(labels);
    if (found == alerts.end()) return seconds;
    for (const base::Timestamp time : found->second) {
      absl::StrAppendFormat(&seconds, " %d", (time - start) / 1000);
    }
    return seconds;
  };
  for (const base::Labels& labels : all) {
    const std::string a = list(ours, labels);
    const std::string b = list(theirs, labels);
    if (a == b) continue;
    absl::StrAppendFormat(&text, "%s\n  replay:    %s\n  Prometheus:%s\n",
                          base::ToString(labels), a, b);
  }
  return text;
}

std::size_t CountNames(const AlertTimes& alerts, std::string_view state) {
  std::set<std::string> names;
  for (const auto& [labels, times] : alerts) {
    if (labels.Get("alertstate") == state) {
      names.emplace(labels.Get("alertname"));
    }
  }
  return names.size();
}

TEST(PrometheusAlerts, AreReplaysAtEveryEvaluation) {
  if (tests::Run({"prometheus", "--version"}).status != 0) {
    GTEST_SKIP() << "Debian's prometheus is not installed";
  }
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  const std::vector<RuleDefinition> rules = AllRules();
  ASSERT_GT(rules.size(), 250u);
  const std::vector<base::Timestamp> times = SampleTimes(base::Now());
  const std::vector<MadeUpSeries> series = MakeUpSeries(rules, times);
  Server server;
  const std::string problem = server.Start(
      OpenMetricsPage(series, times), RuleFileText("all", kInterval, rules));
  ASSERT_EQ(problem, "");
  // A busy machine may make it leave out an evaluation: what came before that
  // is compared.
  std::vector<base::Timestamp> evaluations;
  tests::Eventually(
      [&] {
        const AlertTimes clock = server.Ask(kClock);
        return !clock.empty() && clock.begin()->second.size() > kEvaluations;
      },
      kDeadline);
  evaluations = server.Evaluations();
  ASSERT_GE(evaluations.size(), 8u) << server.log();

  ReplayOptions options;
  options.start = evaluations.front();
  options.end = evaluations.back();
  options.interval = kInterval;
  options.keep_written = true;
  options.engine.lookback = kLookback;
  options.engine.default_subquery_step = kInterval;
  options.engine.compatibility = promql::CompatibleWith({2, 42});
  GroupDefinition group;
  group.name = "all";
  group.interval = kInterval;
  group.rules = rules;
  const promql::MemoryStorage data = Store(series, times);
  Replay replay(data, {group}, options);
  replay.Run();

  const AlertTimes ours =
      Within(Written(replay.storage(), options.start, options.end),
             options.start, options.end);
  const AlertTimes theirs =
      Within(server.Ask("ALERTS"), options.start, options.end);
  EXPECT_EQ(Difference(ours, theirs, options.start), "");
  std::size_t failed = 0;
  std::size_t at_once = 0;
  for (const ReplayedRule& rule : replay.rules()) {
    failed += rule.failures > 0 ? 1 : 0;
    at_once += rule.at_once ? 1 : 0;
  }
  std::printf(
      "%zu rules (%zu at once, %zu fail), %zu series, %zu evaluations; %zu "
      "alerts pending, %zu firing\n",
      rules.size(), at_once, failed, series.size(), evaluations.size(),
      CountNames(theirs, "pending"), CountNames(theirs, "firing"));
  EXPECT_GE(CountNames(theirs, "firing"), 40u);
  EXPECT_GE(CountNames(theirs, "pending"), 40u);
}

}  // namespace
}  // namespace alerts
