#include "alerts/unit_tests/unit_test.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "alerts/evaluation.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "alerts/storage_host.h"
#include "alerts/templates/value.h"
#include "alerts/unit_tests/unit_test_compare.h"
#include "base/histogram.h"
#include "promql/check/parse.h"
#include "promql/syntax/series_description.h"

namespace alerts {
namespace {

constexpr std::string_view kAlertName = "alertname";

// What all tests of a file share.
struct Suite {
  const UnitTestFile& file;
  const UnitTestOptions& options;
  base::Diagnostics& warnings;
  std::vector<GroupDefinition> groups;  // In the order of evaluation.
  std::vector<std::string> errors;      // Of the rule files.
};

// A series of a test and how far it has been stored.
struct PendingSeries {
  promql::SeriesDescription description;
  std::size_t next = 0;
};

std::string Seconds(base::Duration milliseconds) {
  return text_template::ToString(
      text_template::GoDuration{milliseconds * 1'000'000});
}

// Runs one test.
class TestRun {
 public:
  TestRun(const Suite& suite, const UnitTest& test)
      : suite_(suite),
        test_(test),
        interval_(test.interval != 0 ? test.interval
                                     : suite.file.evaluation_interval),
        host_(Options(suite.file)) {}

  std::vector<UnitTestCase> Run() {
    if (!Prepare()) return std::move(cases_);
    for (GroupDefinition group : suite_.groups) {
      EvaluationSettings settings;
      for (const auto& [name, value] : test_.external_labels) {
        settings.external_labels = base::LabelsBuilder(settings.external_labels)
                                       .Set(name, value)
                                       .Build();
      }
      settings.external_url = test_.external_url;
      groups_.emplace_back(std::move(group), std::move(settings));
    }
    if (EvaluateAll()) {
      for (const QueryAssertion& query : test_.queries) CheckQuery(query);
    }
    if (suite_.options.debug) Dump();
    return std::move(cases_);
  }

 private:
  static promql::EngineOptions Options(const UnitTestFile& file) {
    promql::EngineOptions options;
    options.default_subquery_step = file.evaluation_interval;
    return options;
  }

  void Fail(std::string name, base::Span span, std::string message,
            std::string hint = {}) {
    cases_.push_back(
        {std::move(name), span, {{std::move(message), span, std::move(hint)}}});
  }

  bool Prepare();
  bool ReadSeries();
  bool ReadLine(std::string_view line, const InputSeries& series);
  void StoreUntil(base::Timestamp time);
  bool EvaluateAll();
  bool EvaluateGroups(base::Timestamp time);
  void CheckAlerts(const AlertAssertion& assertion);
  void CheckQuery(const QueryAssertion& query);
  std::optional<std::vector<SampleView>> Expected(const QueryAssertion& query,
                                                  std::string& error) const;
  void WarnAboutName(const AlertAssertion& assertion) const;
  void Dump() const;

  const Suite& suite_;
  const UnitTest& test_;
  const base::Duration interval_;
  StorageHost host_;
  std::vector<PendingSeries> pending_;
  std::vector<GroupEvaluation> groups_;
  std::vector<UnitTestCase> cases_;
};

bool TestRun::Prepare() {
  if (!ReadSeries()) return false;
  if (!suite_.errors.empty()) {
    UnitTestCase failed{"rule files", test_.span, {}};
    for (const std::string& error : suite_.errors) {
      failed.failures.push_back({error, {}, {}});
    }
    cases_.push_back(std::move(failed));
    return false;
  }
  for (const AlertAssertion& assertion : test_.alerts) {
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
  for (const AlertAssertion& assertion : test_.alerts) WarnAboutName(assertion);
  if (test_.alerts.empty() && test_.queries.empty()) {
    suite_.warnings.Warning("no-assertion", test_.span,
                            "this test asserts nothing");
  }
  return true;
}

// An alert that no rule has passes when it is not expected to fire.
void TestRun::WarnAboutName(const AlertAssertion& assertion) const {
  std::vector<std::string_view> names;
  for (const GroupDefinition& group : suite_.groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (rule.kind == RuleDefinition::Kind::kAlerting) {
        names.push_back(rule.name);
      }
    }
  }
  if (std::find(names.begin(), names.end(), assertion.alertname) !=
      names.end()) {
    return;
  }
  const std::string_view nearest = base::Nearest(assertion.alertname, names);
  suite_.warnings.Warning(
      "unknown-alert", assertion.span,
      absl::StrFormat("no rule is called %s, so it never fires",
                      base::Quote(assertion.alertname)),
      nearest.empty() ? "" : absl::StrFormat("did you mean %s?", nearest));
}

// Promtool joins all series to one text, which ends at the first empty line.
bool TestRun::ReadSeries() {
  for (std::size_t i = 0; i < test_.input_series.size(); ++i) {
    const InputSeries& series = test_.input_series[i];
    const std::string text = series.series + " " + series.values + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const absl::string_view stripped =
          absl::StripAsciiWhitespace(absl::string_view(rest.data(), end));
      const std::string_view line(stripped.data(), stripped.size());
      rest.remove_prefix(end + 1);
      if (line.empty() || line.starts_with('#')) {
        if (i + 1 < test_.input_series.size()) {
          suite_.warnings.Warning(
              "dropped-series", series.span,
              "an empty line ends the input series here: later ones are "
              "dropped, as promtool does",
              "write values: with >- or |-, or on one line");
        }
        return true;
      }
      if (!ReadLine(line, series)) return false;
    }
  }
  return true;
}

bool TestRun::ReadLine(std::string_view line, const InputSeries& series) {
  base::Diagnostics diagnostics;
  PendingSeries pending;
  if (!promql::ParseSeriesDescription(line, diagnostics, pending.description)) {
    Fail("input series", series.span,
         promql::PrometheusError(line, diagnostics),
         diagnostics.first_error().help);
    return false;
  }
  const auto twin = std::find_if(
      pending_.begin(), pending_.end(), [&](const PendingSeries& other) {
        return other.description.labels == pending.description.labels;
      });
  if (twin == pending_.end()) {
    pending_.push_back(std::move(pending));
    return true;
  }
  suite_.warnings.Warning(
      "duplicate-series", series.span,
      "this series takes the place of an earlier one with the same labels");
  *twin = std::move(pending);
  return true;
}

void TestRun::StoreUntil(base::Timestamp time) {
  for (PendingSeries& series : pending_) {
    const auto& values = series.description.values;
    for (; series.next < values.size(); ++series.next) {
      const base::Timestamp at =
          test_.start + static_cast<base::Duration>(series.next) * interval_;
      if (at > time) break;
      const promql::SequenceValue& value = values[series.next];
      if (value.kind == promql::SequenceValue::Kind::kOmitted) continue;
      // A sample that a rule has written there stays, as in promtool.
      host_
          .Append(series.description.labels, at,
                  {{}, value.value, value.histogram})
          .IgnoreError();
    }
  }
}

// False when a rule could not be evaluated: promtool ends the test then.
bool TestRun::EvaluateGroups(base::Timestamp time) {
  UnitTestCase failed{"evaluation", test_.span, {}};
  for (GroupEvaluation& group : groups_) {
    group.Evaluate(time, host_);
    for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
      if (group.status(i).health != RuleHealth::kError) continue;
      failed.failures.push_back(
          {absl::StrFormat("    rule: %s, time: %s, err: %s",
                           group.group().rules[i].name,
                           Seconds(time - test_.start), group.status(i).error),
           test_.span,
           {}});
    }
  }
  if (failed.failures.empty()) return true;
  cases_.push_back(std::move(failed));
  return false;
}

bool TestRun::EvaluateAll() {
  const base::Duration step = suite_.file.evaluation_interval;
  base::Duration last = 0;
  std::vector<const AlertAssertion*> due;
  for (const AlertAssertion& assertion : test_.alerts) {
    last = std::max(last, assertion.eval_time);
    due.push_back(&assertion);
  }
  for (const QueryAssertion& query : test_.queries) {
    last = std::max(last, query.eval_time);
  }
  std::stable_sort(due.begin(), due.end(),
                   [](const AlertAssertion* a, const AlertAssertion* b) {
                     return a->eval_time < b->eval_time;
                   });
  std::size_t next = 0;
  for (base::Duration since = 0; since <= last; since += step) {
    StoreUntil(test_.start + since);
    if (!EvaluateGroups(test_.start + since)) return false;
    for (; next < due.size() && due[next]->eval_time < since + step; ++next) {
      CheckAlerts(*due[next]);
    }
  }
  return true;
}

void TestRun::CheckAlerts(const AlertAssertion& assertion) {
  std::vector<AlertView> got;
  std::string states;
  for (const GroupEvaluation& group : groups_) {
    for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
      if (group.group().rules[i].name != assertion.alertname) continue;
      for (const Alert& alert : group.alerts(i)) {
        if (alert.state == AlertState::kFiring) {
          got.push_back(ViewOf(alert));
        } else {
          states +=
              absl::StrFormat("pending since %s, for: %s: %s\n",
                              Seconds(alert.active_at - test_.start),
                              base::FormatDuration(group.group().rules[i].hold),
                              base::ToString(alert.labels));
        }
      }
    }
  }
  std::vector<AlertView> expected;
  for (const ExpectedAlert& alert : assertion.expected) {
    AlertView view{alert.labels, alert.annotations};
    view.labels[std::string(kAlertName)] = assertion.alertname;
    expected.push_back(std::move(view));
  }
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  const std::string time = base::FormatDuration(assertion.eval_time);
  const std::string name =
      absl::StrFormat("alert %s at %s", assertion.alertname, time);
  if (expected == got) {
    cases_.push_back({name, assertion.span, {}});
    return;
  }
  const std::string difference = Difference(expected, got) + states;
  const std::string group =
      test_.name.empty() ? "" : absl::StrFormat("    name: %s,\n", test_.name);
  const std::string head = absl::StrFormat("%s    alertname: %s, time: %s, ",
                                           group, assertion.alertname, time);
  Fail(name, assertion.span,
       suite_.options.diff
           ? head
           : absl::StrFormat("%s\n        exp:%s, \n        got:%s", head,
                             ToString(expected), ToString(got)),
       difference);
}

std::optional<std::vector<SampleView>> TestRun::Expected(
    const QueryAssertion& query, std::string& error) const {
  std::vector<SampleView> expected;
  for (const ExpectedSample& sample : query.expected) {
    SampleView view{{}, sample.value, {}};
    base::Diagnostics diagnostics;
    if (!sample.labels.empty() &&
        !promql::ParseMetric(sample.labels, diagnostics, view.labels)) {
      error =
          absl::StrFormat("labels %s: %s", base::Quote(sample.labels),
                          promql::PrometheusError(sample.labels, diagnostics));
      return std::nullopt;
    }
    if (!sample.histogram.empty()) {
      const std::string text = "{} " + sample.histogram;
      promql::SeriesDescription series;
      if (!promql::ParseSeriesDescription(text, diagnostics, series)) {
        error = absl::StrFormat("labels %s: %s", base::Quote(sample.labels),
                                promql::PrometheusError(text, diagnostics));
        return std::nullopt;
      }
      if (series.values.size() != 1 || series.values[0].histogram == nullptr) {
        error =
            absl::StrFormat("labels %s: expected histogram, got %d values",
                            base::Quote(sample.labels), series.values.size());
        return std::nullopt;
      }
      view.histogram = base::TestExpression(*series.values[0].histogram);
    }
    expected.push_back(std::move(view));
  }
  return expected;
}

void TestRun::CheckQuery(const QueryAssertion& query) {
  const std::string time = base::FormatDuration(query.eval_time);
  const std::string name = absl::StrFormat("query %s at %s", query.expr, time);
  const std::string head =
      absl::StrFormat("    expr: %s, time: %s,", base::Quote(query.expr), time);
  const auto result =
      host_.QueryText(query.expr, test_.start + query.eval_time);
  if (!result.ok()) {
    Fail(name, query.span,
         head + " err: " + std::string(result.status().message()));
    return;
  }
  std::vector<SampleView> got;
  for (const TemplateSample& sample : *result) {
    got.push_back({sample.labels, sample.histogram ? 0 : sample.value,
                   sample.histogram ? base::TestExpression(*sample.histogram)
                                    : std::string()});
  }
  std::string error;
  auto expected = Expected(query, error);
  if (!expected) {
    Fail(name, query.span, head + " err: " + error);
    return;
  }
  const auto by_labels = [](const SampleView& a, const SampleView& b) {
    return a.labels < b.labels;
  };
  std::stable_sort(got.begin(), got.end(), by_labels);
  std::stable_sort(expected->begin(), expected->end(), by_labels);
  const bool fuzzy = suite_.file.fuzzy_compare;
  if (Equal(*expected, got, fuzzy)) {
    cases_.push_back({name, query.span, {}});
    return;
  }
  Fail(name, query.span,
       suite_.options.diff
           ? head
           : absl::StrFormat("%s\n        exp: %s\n        got: %s", head,
                             ToString(*expected), ToString(got)),
       Difference(*expected, got, fuzzy));
}

void TestRun::Dump() const {
  const auto all = host_.storage().Select(
      {}, host_.storage().sample_count() > 0 ? host_.storage().min_time() : 0,
      host_.storage().sample_count() > 0 ? host_.storage().max_time() : 0);
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
    suite_.options.debug(line);
  }
}

// Reads the rule files; groups that the order names come as it says, the
// others before them.
void LoadGroups(
    const std::vector<std::shared_ptr<const base::Source>>& rule_files,
    Suite& suite) {
  std::set<std::string> seen;
  for (const auto& source : rule_files) {
    if (!seen.insert(source->name()).second) continue;
    base::Diagnostics diagnostics;
    RuleFileOptions options;
    options.ignore_unknown_fields = suite.options.ignore_unknown_fields;
    const auto file = ParseRuleFile(source, diagnostics, options);
    if (!file) {
      for (const base::Diagnostic& diagnostic : diagnostics.all()) {
        std::string text = base::Render(*source, diagnostic);
        while (text.ends_with('\n')) text.pop_back();
        suite.errors.push_back(std::move(text));
      }
      continue;
    }
    for (GroupDefinition& group : DefineGroups(*file)) {
      suite.groups.push_back(std::move(group));
    }
  }
  const std::vector<std::string>& order = suite.file.group_eval_order;
  const auto rank = [&](const GroupDefinition& group) {
    const auto found = std::find(order.begin(), order.end(), group.name);
    return found == order.end() ? 0 : found - order.begin();
  };
  std::stable_sort(suite.groups.begin(), suite.groups.end(),
                   [&](const GroupDefinition& a, const GroupDefinition& b) {
                     return rank(a) < rank(b);
                   });
}

}  // namespace

std::size_t UnitTestResult::failure_count() const {
  std::size_t count = 0;
  for (const UnitTestCase& row : cases) count += row.failures.size();
  return count;
}

bool UnitTestReport::passed() const {
  return std::all_of(
      tests.begin(), tests.end(),
      [](const UnitTestResult& test) { return test.failure_count() == 0; });
}

UnitTestReport RunUnitTests(
    const UnitTestFile& file,
    const std::vector<std::shared_ptr<const base::Source>>& rule_files,
    const UnitTestOptions& options, base::Diagnostics& warnings) {
  Suite suite{file, options, warnings, {}, {}};
  LoadGroups(rule_files, suite);
  UnitTestReport report;
  for (std::size_t i = 0; i < file.tests.size(); ++i) {
    const UnitTest& test = file.tests[i];
    if (options.selected && !options.selected(test.name)) continue;
    report.tests.push_back(
        {test.name.empty() ? absl::StrFormat("unnamed#%d", i) : test.name,
         test.span, TestRun(suite, test).Run()});
  }
  return report;
}

}  // namespace alerts
