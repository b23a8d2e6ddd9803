#include "alerts/unit_tests/test_run.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/storage_host.h"
#include "alerts/templates/value.h"
#include "alerts/unit_tests/explanation.h"
#include "alerts/unit_tests/query_check.h"
#include "alerts/unit_tests/series_feed.h"
#include "alerts/unit_tests/unit_test_compare.h"
#include "base/histogram.h"
#include "base/quote.h"
#include "promql/engine/compatibility.h"

namespace alerts {
namespace {

constexpr std::string_view kAlertName = "alertname";

// Promtool's, hard-coded there (cmd/promtool/unittest.go).
constexpr std::size_t kMaxSamples = 10'000;

std::string Seconds(base::Duration milliseconds) {
  return text_template::ToString(
      text_template::GoDuration{milliseconds * 1'000'000});
}

promql::EngineOptions EngineOptionsFor(const TestContext& context) {
  promql::EngineOptions options;
  options.default_subquery_step = context.file.evaluation_interval;
  options.max_samples = kMaxSamples;
  if (context.options.compat) {
    options.compatibility = promql::CompatibleWith(*context.options.compat);
  }
  return options;
}

// A group and when it is evaluated next, since the test's start.
struct TimedGroup {
  std::unique_ptr<GroupCoverage> coverage;  // Null: nobody asks.
  GroupEvaluation evaluation;
  base::Duration interval = 0;
  base::Duration next = 0;
  base::Duration last = 0;  // The newest evaluation.
};

// An assertion about alerts and what became of it.
struct DueAlert {
  const AlertAssertion* assertion = nullptr;
  std::size_t checks = 0;
  std::size_t failed = 0;
  base::Duration first_failure = 0;
  std::size_t row = 0;  // Among the cases, once it was checked.
};

// An alert that fires though nobody expects it.
struct StrayAlert {
  std::string labels;
  base::Duration since = 0;
};

// Runs one test.
class TestRun {
 public:
  TestRun(const TestContext& context, const UnitTest& test)
      : context_(context),
        test_(test),
        engine_(EngineOptionsFor(context)),
        host_(engine_, {.server = context.options.compat}) {
    result_.name = test.name;
    result_.span = test.span;
  }

  UnitTestResult Run() {
    if (Prepare()) {
      MakeGroups();
      if (EvaluateAll()) {
        const QueryCheck check(context_, test_.start, engine_, host_);
        for (const QueryAssertion& query : test_.queries) {
          result_.cases.push_back(check.Run(query));
        }
      }
      if (context_.options.debug) Dump();
      for (const TimedGroup& timed : groups_) {
        if (timed.coverage == nullptr) continue;
        const auto& rules = timed.coverage->rules();
        result_.coverage.insert(result_.coverage.end(), rules.begin(),
                                rules.end());
      }
    }
    return std::move(result_);
  }

 private:
  void Fail(std::string name, base::Span span, std::string message,
            std::string hint = {}) {
    result_.cases.push_back(
        {std::move(name),
         span,
         {{std::move(message), span, std::move(hint), {}}}});
  }

  bool Prepare();
  void Warn();
  void WarnAboutName(const AlertAssertion& assertion);
  void MakeGroups();
  base::Duration LastTime() const;
  bool EvaluateAll();
  bool EvaluateGroups(base::Duration since);
  void CheckAlerts(base::Duration since, base::Duration next);
  void CheckAlert(DueAlert& due, base::Duration time);
  void CollectStrays(base::Duration since);
  std::vector<AlertView> Got(const AlertAssertion& assertion,
                             std::string& others) const;
  std::string Head(const AlertAssertion& assertion, base::Duration time) const;
  void Report(DueAlert& due, base::Duration time, UnitTestFailure failure);
  std::string ExplainAlert(const std::string& alertname,
                           const ExpectedLabels& labels) const;
  void Dump();

  const TestContext& context_;
  const UnitTest& test_;
  const promql::EngineOptions engine_;
  StorageHost host_;
  SeriesFeed feed_;
  std::vector<TimedGroup> groups_;
  std::vector<DueAlert> due_;
  std::set<std::string> asserted_;  // Names of alerts.
  std::map<std::string, StrayAlert> strays_;
  UnitTestResult result_;
};

bool TestRun::Prepare() {
  auto failures = feed_.Read(test_, context_.options.compat, result_.warnings);
  if (!failures.empty()) {
    const base::Span span = failures.front().span;
    result_.cases.push_back({"input series", span, std::move(failures)});
    return false;
  }
  if (!context_.errors.empty()) {
    UnitTestCase failed{"rule files", test_.span, {}};
    for (const std::string& error : context_.errors) {
      failed.failures.push_back({error, {}, {}, {}});
    }
    result_.cases.push_back(std::move(failed));
    return false;
  }
  for (const AlertAssertion& assertion : test_.alerts) {
    asserted_.insert(assertion.alertname);
    if (!assertion.alertname.empty()) continue;
    Fail("alert_rule_test", assertion.span,
         absl::StrFormat(
             "an item under alert_rule_test misses required attribute "
             "alertname at eval_time %s%s",
             base::FormatDuration(assertion.eval_time),
             test_.name.empty()
                 ? ""
                 : absl::StrFormat(" (in TestGroup %s)", test_.name)));
    return false;
  }
  Warn();
  return true;
}

void TestRun::Warn() {
  base::Diagnostics& warnings = result_.warnings;
  for (const AlertAssertion& assertion : test_.alerts) {
    WarnAboutName(assertion);
    for (const ExpectedAlert& alert : assertion.expected) {
      for (const auto& [name, value] : alert.labels) {
        if (value.empty()) {
          warnings.Warning("empty-label", alert.span,
                           "no alert has a label with an empty value: " + name,
                           "leave the label out");
        } else if (name == kAlertName && value != assertion.alertname) {
          warnings.Warning("other-alertname", alert.span,
                           absl::StrFormat("the alertname %s is not looked at",
                                           base::Quote(value)));
        }
      }
    }
  }
  for (const QueryAssertion& query : test_.queries) {
    for (const ExpectedSample& sample : query.expected) {
      if (std::isnan(sample.value) && !sample.tolerance) {
        warnings.Warning("nan-never-equal", sample.span,
                         "NaN never equals NaN, so this fails",
                         "tolerance: 0 makes it equal, in rollwatch alone");
      }
    }
  }
  if (test_.alerts.empty() && test_.queries.empty() && !test_.no_other_alerts) {
    warnings.Warning("no-assertion", test_.span, "this test asserts nothing");
  }
}

// An alert that no rule has passes when it is not expected to fire.
void TestRun::WarnAboutName(const AlertAssertion& assertion) {
  std::vector<std::string_view> names;
  for (const GroupDefinition& group : context_.groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (rule.kind == RuleDefinition::Kind::kAlerting) {
        names.push_back(rule.name);
      }
    }
  }
  if (std::ranges::find(names, assertion.alertname) != names.end()) return;
  const std::string_view nearest = base::Nearest(assertion.alertname, names);
  result_.warnings.Warning(
      "unknown-alert", assertion.span,
      absl::StrFormat("no alert is called %s, so it never fires",
                      base::Quote(assertion.alertname)),
      nearest.empty() ? "" : absl::StrFormat("did you mean %s?", nearest));
}

void TestRun::MakeGroups() {
  EvaluationSettings settings;
  base::LabelsBuilder external;
  for (const auto& [name, value] : test_.external_labels) {
    external.Set(name, value);
  }
  settings.external_labels = external.Build();
  settings.external_url = test_.external_url;
  for (const GroupDefinition& group : context_.groups) {
    const bool own = context_.file.group_intervals && group.interval > 0;
    std::unique_ptr<GroupCoverage> coverage;
    if (context_.options.coverage) {
      coverage = std::make_unique<GroupCoverage>(group, test_, host_.storage(),
                                                 engine_);
    }
    settings.observer = coverage.get();
    groups_.push_back({std::move(coverage), GroupEvaluation(group, settings),
                       own ? group.interval : context_.file.evaluation_interval,
                       0, 0});
  }
}

base::Duration TestRun::LastTime() const {
  base::Duration last = 0;
  for (const AlertAssertion& assertion : test_.alerts) {
    last = std::max(last, assertion.until.value_or(assertion.eval_time));
  }
  for (const QueryAssertion& query : test_.queries) {
    last = std::max(last, query.until.value_or(query.eval_time));
  }
  return last;
}

// The times are those of the evaluation interval, and of every group's own.
bool TestRun::EvaluateAll() {
  const base::Duration last = LastTime();
  for (const AlertAssertion& assertion : test_.alerts) {
    due_.push_back({&assertion, 0, 0, 0, 0});
  }
  std::ranges::stable_sort(
      due_, {}, [](const DueAlert& due) { return due.assertion->eval_time; });
  base::Duration tick = 0;
  for (base::Duration since = 0; since <= last;) {
    feed_.StoreUntil(test_.start + since, host_);
    if (!EvaluateGroups(since)) return false;
    if (tick == since) tick += context_.file.evaluation_interval;
    base::Duration next = tick;
    for (const TimedGroup& group : groups_) next = std::min(next, group.next);
    CollectStrays(since);
    CheckAlerts(since, next);
    since = next;
  }
  for (const DueAlert& due : due_) {
    if (due.failed == 0 || !due.assertion->until) continue;
    absl::StrAppendFormat(&result_.cases[due.row].failures[0].hint,
                          "fails at %d of %d evaluations, first at %s\n",
                          due.failed, due.checks,
                          base::FormatDuration(due.first_failure));
  }
  if (!test_.no_other_alerts) return true;
  UnitTestCase row{"no other alerts", test_.span, {}};
  for (const auto& [name, stray] : strays_) {
    row.failures.push_back(
        {absl::StrFormat("    no other alerts, time: %s,\n        got: %s",
                         base::FormatDuration(stray.since), stray.labels),
         test_.span,
         absl::StrFormat("no assertion of this test names %s\n", name),
         {}});
  }
  result_.cases.push_back(std::move(row));
  return true;
}

// False when a rule could not be evaluated: promtool ends the test then.
bool TestRun::EvaluateGroups(base::Duration since) {
  UnitTestCase failed{"evaluation", test_.span, {}};
  for (TimedGroup& timed : groups_) {
    if (timed.next != since) continue;
    timed.next += timed.interval;
    timed.last = since;
    GroupEvaluation& group = timed.evaluation;
    group.Evaluate(test_.start + since, host_);
    if (timed.coverage) timed.coverage->Evaluated(group, test_.start + since);
    for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
      if (group.status(i).health != RuleHealth::kError) continue;
      failed.failures.push_back(
          {absl::StrFormat("    rule: %s, time: %s, err: %s",
                           group.group().rules[i].name, Seconds(since),
                           group.status(i).error),
           test_.span,
           {},
           {}});
    }
  }
  if (failed.failures.empty()) return true;
  result_.cases.push_back(std::move(failed));
  return false;
}

void TestRun::CollectStrays(base::Duration since) {
  if (!test_.no_other_alerts) return;
  for (const TimedGroup& timed : groups_) {
    const GroupEvaluation& group = timed.evaluation;
    for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
      const std::string& name = group.group().rules[i].name;
      if (group.state(i) != AlertState::kFiring || asserted_.contains(name) ||
          strays_.contains(name)) {
        continue;
      }
      for (const Alert& alert : group.alerts(i)) {
        if (alert.state != AlertState::kFiring) continue;
        strays_[name] = {base::ToString(alert.labels), since};
      }
    }
  }
}

// Checks what is due at the evaluation at `since`, which is the newest until
// `next`.
void TestRun::CheckAlerts(base::Duration since, base::Duration next) {
  for (DueAlert& due : due_) {
    const base::Duration from = due.assertion->eval_time;
    if (from >= next) break;
    if (from >= since) {
      CheckAlert(due, from);
    } else if (due.assertion->until && since <= *due.assertion->until) {
      CheckAlert(due, since);
    }
  }
}

// The alerts that the assertion compares; what it does not see is told in
// `others`, a line each.
std::vector<AlertView> TestRun::Got(const AlertAssertion& assertion,
                                    std::string& others) const {
  std::vector<AlertView> got;
  for (const TimedGroup& timed : groups_) {
    const GroupEvaluation& group = timed.evaluation;
    for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
      const RuleDefinition& rule = group.group().rules[i];
      if (rule.name != assertion.alertname) continue;
      for (const Alert& alert : group.alerts(i)) {
        if (assertion.state == AlertState::kInactive ||
            alert.state == assertion.state) {
          got.push_back(ViewOf(alert));
        } else {
          absl::StrAppendFormat(&others, "%s since %s, for: %s: %s\n",
                                AlertStateName(alert.state),
                                Seconds(alert.active_at - test_.start),
                                base::FormatDuration(rule.hold),
                                base::ToString(alert.labels));
        }
      }
    }
  }
  return got;
}

// Promtool's, and behind it what it has no words for.
std::string TestRun::Head(const AlertAssertion& assertion,
                          base::Duration time) const {
  const std::string group =
      test_.name.empty() ? "" : absl::StrFormat("    name: %s,\n", test_.name);
  const std::string state =
      assertion.state == AlertState::kFiring
          ? ""
          : absl::StrFormat("state: %s, ", AlertStateName(assertion.state));
  return absl::StrFormat("%s    alertname: %s, time: %s, %s", group,
                         assertion.alertname, base::FormatDuration(time),
                         state);
}

void TestRun::CheckAlert(DueAlert& due, base::Duration time) {
  const AlertAssertion& assertion = *due.assertion;
  if (due.checks++ == 0) {
    due.row = result_.cases.size();
    std::string name =
        absl::StrFormat("alert %s at %s", assertion.alertname,
                        base::FormatDuration(assertion.eval_time));
    if (assertion.until) name += "-" + base::FormatDuration(*assertion.until);
    if (assertion.state != AlertState::kFiring) {
      absl::StrAppendFormat(&name, ": %s", AlertStateName(assertion.state));
    }
    result_.cases.push_back({std::move(name), assertion.span, {}});
  }
  for (const TimedGroup& timed : groups_) {
    if (timed.coverage == nullptr) continue;
    timed.coverage->Asserted(timed.evaluation, assertion.alertname);
  }
  std::string others;
  std::vector<AlertView> got = Got(assertion, others);
  std::vector<AlertPattern> expected;
  for (const ExpectedAlert& alert : assertion.expected) {
    AlertPattern pattern{&alert, alert.labels, assertion.partial};
    pattern.labels[std::string(kAlertName)] = assertion.alertname;
    expected.push_back(std::move(pattern));
  }
  if (assertion.state == AlertState::kInactive && !expected.empty()) {
    // None of those that are described may be active; others may.
    std::erase_if(got, [&](const AlertView& alert) {
      return std::ranges::none_of(expected, [&](const AlertPattern& pattern) {
        return Matches(pattern, alert);
      });
    });
    expected.clear();
  }
  std::string strays;
  if (assertion.no_other_alerts) {
    for (const TimedGroup& timed : groups_) {
      const GroupEvaluation& group = timed.evaluation;
      for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
        if (asserted_.contains(group.group().rules[i].name)) continue;
        for (const Alert& alert : group.alerts(i)) {
          if (alert.state != AlertState::kFiring) continue;
          absl::StrAppendFormat(&strays, "another alert fires: %s\n",
                                base::ToString(alert.labels));
        }
      }
    }
  }
  const Unpaired unpaired = Pair(expected, got);
  if (unpaired.empty() && strays.empty()) return;
  std::string message = Head(assertion, time);
  if (!context_.options.diff) {
    absl::StrAppendFormat(&message, "\n        exp:%s, \n        got:%s",
                          ToString(expected), ToString(got));
  }
  UnitTestFailure failure{
      std::move(message),
      assertion.span,
      Difference(expected, got, unpaired, assertion.state) + others + strays,
      {}};
  if (due.failed == 0 && !unpaired.expected.empty()) {
    failure.explanation = ExplainAlert(
        assertion.alertname, expected[unpaired.expected.front()].labels);
  } else if (due.failed == 0 && !unpaired.got.empty()) {
    failure.explanation =
        ExplainAlert(assertion.alertname, got[unpaired.got.front()].labels);
  }
  Report(due, time, std::move(failure));
}

// The first failure of an assertion stands for all.
void TestRun::Report(DueAlert& due, base::Duration time,
                     UnitTestFailure failure) {
  auto& failures = result_.cases[due.row].failures;
  if (due.failed++ > 0) return;
  due.first_failure = time;
  failures.push_back(std::move(failure));
}

// Of each rule with this name, what its expression gave just now.
std::string TestRun::ExplainAlert(const std::string& alertname,
                                  const ExpectedLabels& labels) const {
  std::string text;
  for (const TimedGroup& timed : groups_) {
    for (const RuleDefinition& rule : timed.evaluation.group().rules) {
      if (rule.kind != RuleDefinition::Kind::kAlerting ||
          rule.name != alertname) {
        continue;
      }
      WantedLabels wanted = labels;
      wanted.erase(std::string(kAlertName));
      // What the rule sets is not in the expression.
      for (const base::Label& label : rule.labels) wanted.erase(label.name);
      const base::Timestamp time =
          test_.start + timed.last - timed.evaluation.group().query_offset;
      absl::StrAppendFormat(
          &text, "%s at %s:\n%s", alertname, Seconds(time - test_.start),
          Explain(*rule.expr, time, wanted, host_.storage(), engine_));
    }
  }
  return text;
}

void TestRun::Dump() {
  const promql::MemoryStorage& storage = host_.storage();
  if (storage.sample_count() == 0) return;
  const auto all = storage.Select({}, storage.min_time(), storage.max_time());
  if (!all.ok()) return;
  for (const promql::SeriesView& series : all->series) {
    std::string line = base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      const bool histogram =
          !series.histograms.empty() && series.histograms[i] != nullptr;
      line +=
          absl::StrFormat(" %s@%s",
                          histogram ? base::ToString(*series.histograms[i])
                          : promql::IsStaleMarker(series.values[i])
                              ? "stale"
                              : text_template::FormatFloat(series.values[i]),
                          Seconds(series.times[i] - test_.start));
    }
    result_.series.push_back(std::move(line));
  }
}

}  // namespace

UnitTestResult RunTest(const TestContext& context, const UnitTest& test) {
  return TestRun(context, test).Run();
}

}  // namespace alerts
