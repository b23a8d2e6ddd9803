#include "alerts/evaluation.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "promql/check/parse.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

// Answers each query with what a test laid down, or the newest sample of a
// series of that name, and writes down what was stored.
class FakeHost : public EvaluationHost {
 public:
  using Result = absl::StatusOr<std::vector<TemplateSample>>;

  std::map<std::string, Result> answers;
  std::string stored;   // A line a sample.
  std::string queried;  // "query@seconds ".

  Result Query(const promql::Expr& expr, base::Timestamp time) override {
    return QueryText(promql::Print(expr), time);
  }
  Result QueryText(std::string_view text, base::Timestamp time) override {
    queried += absl::StrFormat("%s@%d ", text, time / 1000);
    const auto found = answers.find(std::string(text));
    if (found != answers.end()) return found->second;
    return std::vector<TemplateSample>();
  }
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      const TemplateSample& sample) override {
    if (labels.metric_name() == refused) {
      return absl::AlreadyExistsError("duplicate sample for timestamp");
    }
    stored += absl::StrFormat("%s %g@%d\n", base::SeriesName(labels),
                              sample.value, time / 1000);
    answers[std::string(labels.metric_name())] =
        std::vector<TemplateSample>{{labels, sample.value, nullptr}};
    return absl::OkStatus();
  }
  void AppendStale(const base::Labels& labels, base::Timestamp time) override {
    stored +=
        absl::StrFormat("%s stale@%d\n", base::SeriesName(labels), time / 1000);
  }
  double Clock() override { return clock += 0.5; }

  double clock = 0;
  std::string refused;  // A metric that cannot be stored.
};

TemplateSample Of(base::Labels labels, double value) {
  return {std::move(labels), value, nullptr};
}

promql::ExprPtr Expression(std::string_view text) {
  base::Diagnostics diagnostics;
  return promql::Parse(text, diagnostics);
}

RuleDefinition Recording(std::string name, std::string_view expr,
                         base::Labels labels = {}) {
  RuleDefinition rule;
  rule.kind = RuleDefinition::Kind::kRecording;
  rule.name = std::move(name);
  rule.expr = Expression(expr);
  rule.labels = std::move(labels);
  return rule;
}

RuleDefinition Alerting(std::string name, std::string_view expr,
                        base::Labels labels = {}, Annotations annotations = {},
                        base::Duration hold = 0) {
  RuleDefinition rule = Recording(std::move(name), expr, std::move(labels));
  rule.kind = RuleDefinition::Kind::kAlerting;
  rule.annotations = std::move(annotations);
  rule.hold = hold;
  return rule;
}

GroupEvaluation Group(std::vector<RuleDefinition> rules, std::size_t limit = 0,
                      base::Duration query_offset = 0) {
  GroupDefinition group;
  group.name = "g";
  group.rules = std::move(rules);
  group.limit = limit;
  group.query_offset = query_offset;
  return GroupEvaluation(std::move(group),
                         {{{"dc", "one"}}, "http://example.org"});
}

TEST(RecordingRule, NamesAndLabelsItsSamples) {
  FakeHost host;
  host.answers["up"] =
      std::vector<TemplateSample>{Of({{"__name__", "up"}, {"job", "x"}}, 3)};
  auto group = Group({Recording("r", "up", {{"team", "a"}, {"job", ""}})});
  group.Evaluate(60'000, host);
  EXPECT_EQ(host.stored, "r{job=\"x\", team=\"a\"} 3@60\n");
  EXPECT_EQ(group.status(0).health, RuleHealth::kOk);
  EXPECT_EQ(group.status(0).last_evaluation, 60'000);
  EXPECT_EQ(group.status(0).duration_seconds, 0.5);
}

TEST(RecordingRule, FeedsLaterRules) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({{"__name__", "up"}}, 3)};
  auto group = Group({Recording("r", "up"), Recording("s", "r")});
  group.Evaluate(0, host);
  EXPECT_EQ(host.stored, "r 3@0\ns 3@0\n");
}

TEST(RecordingRule, EndsSeriesThatVanish) {
  FakeHost host;
  host.answers["up"] =
      std::vector<TemplateSample>{Of({{"a", "1"}}, 1), Of({{"a", "2"}}, 1)};
  auto group = Group({Recording("r", "up")});
  group.Evaluate(0, host);
  host.stored.clear();
  host.answers["up"] = std::vector<TemplateSample>{Of({{"a", "2"}}, 1)};
  group.Evaluate(60'000, host);
  EXPECT_EQ(host.stored, "r{a=\"2\"} 1@60\nr{a=\"1\"} stale@60\n");
  host.stored.clear();
  group.Evaluate(120'000, host);
  EXPECT_EQ(host.stored, "r{a=\"2\"} 1@120\n");
}

TEST(RecordingRule, RefusesTheSameSeriesTwice) {
  FakeHost host;
  host.answers["up"] =
      std::vector<TemplateSample>{Of({{"a", "1"}}, 1), Of({{"a", "2"}}, 1)};
  auto group = Group({Recording("r", "up", {{"a", "x"}})});
  group.Evaluate(0, host);
  EXPECT_EQ(group.status(0).error,
            "vector contains metrics with the same labelset after applying "
            "rule labels");
  EXPECT_EQ(host.stored, "");
}

TEST(RecordingRule, KeepsToItsLimit) {
  FakeHost host;
  host.answers["up"] =
      std::vector<TemplateSample>{Of({{"a", "1"}}, 1), Of({{"a", "2"}}, 1)};
  auto group = Group({Recording("r", "up")}, 1);
  group.Evaluate(0, host);
  EXPECT_EQ(group.status(0).error, "exceeded limit of 1 with 2 series");
}

TEST(RecordingRule, SaysWhatCannotBeStored) {
  FakeHost host;
  host.refused = "r";
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group = Group({Recording("r", "up")});
  group.Evaluate(0, host);
  EXPECT_EQ(group.status(0).health, RuleHealth::kError);
  EXPECT_EQ(group.status(0).error, "duplicate sample for timestamp");
}

TEST(QueryOffset, ShiftsQueriesAndSamplesButNotTemplates) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group =
      Group({Recording("r", "up"),
             Alerting("A", "up", {}, {{"x", "{{ query \"z\" }}{{ now }}"}})},
            0, 60'000);
  group.Evaluate(120'000, host);
  EXPECT_EQ(host.queried, "up@60 up@60 z@120 ");
  EXPECT_EQ(host.stored,
            "r 1@60\n"
            "ALERTS_FOR_STATE{alertname=\"A\"} 120@60\n"
            "ALERTS{alertname=\"A\", alertstate=\"firing\"} 1@60\n");
  EXPECT_EQ(group.alerts(1).front().annotations.at("x"), "[]120");
}

TEST(AlertingRule, ExpandsLabelsAndAnnotations) {
  FakeHost host;
  host.answers["up"] =
      std::vector<TemplateSample>{Of({{"__name__", "up"}, {"job", "x"}}, 3)};
  auto group = Group({Alerting(
      "A", "up", {{"severity", "page"}, {"who", "{{ $labels.job }}-team"}},
      {{"text",
        "{{ $labels.job }}{{ $labels.severity }} is {{ $value }} in "
        "{{ $externalLabels.dc }}, {{ $externalURL }}"},
       {"empty", ""}})});
  group.Evaluate(0, host);
  const Alert alert = group.alerts(0).front();
  EXPECT_EQ(base::ToString(alert.labels),
            "{alertname=\"A\", job=\"x\", severity=\"page\", "
            "who=\"x-team\"}");
  // A rule's own labels are not among $labels.
  EXPECT_EQ(alert.annotations.at("text"), "x is 3 in one, http://example.org");
  EXPECT_EQ(alert.annotations.at("empty"), "");
}

TEST(AlertingRule, ATemplateErrorBecomesTheText) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group = Group({Alerting("A", "up", {}, {{"x", "{{ .Nope }}"}})});
  group.Evaluate(0, host);
  ASSERT_EQ(group.state(0), AlertState::kFiring);
  EXPECT_TRUE(group.alerts(0).front().annotations.at("x").starts_with(
      "<error expanding template: error executing template __alert_A: "));
}

TEST(AlertingRule, WritesAlertsWithTheRawTextOfEmptyLabels) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group =
      Group({Alerting("A", "up", {{"l", "{{ $labels.nope }}"}}, {}, 60'000)});
  group.Evaluate(60'000, host);
  EXPECT_EQ(host.stored,
            "ALERTS_FOR_STATE{alertname=\"A\", l=\"{{ $labels.nope }}\"} "
            "60@60\n"
            "ALERTS{alertname=\"A\", alertstate=\"pending\", "
            "l=\"{{ $labels.nope }}\"} 1@60\n");
}

TEST(AlertingRule, PendingEndsAsASeriesWhenItFires) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group = Group({Alerting("A", "up", {}, {}, 60'000)});
  group.Evaluate(0, host);
  host.stored.clear();
  group.Evaluate(60'000, host);
  EXPECT_EQ(host.stored,
            "ALERTS_FOR_STATE{alertname=\"A\"} 0@60\n"
            "ALERTS{alertname=\"A\", alertstate=\"firing\"} 1@60\n"
            "ALERTS{alertname=\"A\", alertstate=\"pending\"} stale@60\n");
}

TEST(AlertingRule, AnErrorFreezesIt) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group = Group({Alerting("A", "up"), Recording("r", "1")});
  group.Evaluate(0, host);
  host.stored.clear();
  host.answers["up"] = absl::InvalidArgumentError("no");
  host.answers["1"] = std::vector<TemplateSample>{Of({}, 1)};
  group.Evaluate(60'000, host);
  EXPECT_EQ(group.state(0), AlertState::kFiring);
  EXPECT_EQ(group.status(0).health, RuleHealth::kError);
  EXPECT_EQ(group.status(0).error, "no");
  // No sample, no stale marker; the other rules go on.
  EXPECT_EQ(host.stored, "r 1@60\n");
}

TEST(AlertingRule, TransitionsNameTheRule) {
  FakeHost host;
  host.answers["up"] = std::vector<TemplateSample>{Of({}, 1)};
  auto group = Group({Recording("r", "up"), Alerting("A", "up")});
  std::vector<RuleTransition> transitions;
  group.Evaluate(0, host, &transitions);
  ASSERT_EQ(transitions.size(), 1U);
  EXPECT_EQ(transitions[0].rule, 1U);
  EXPECT_EQ(transitions[0].transition.to, AlertState::kFiring);
}

TEST(RuleHealth, IsUnknownBeforeTheFirstEvaluation) {
  auto group = Group({Recording("r", "up")});
  EXPECT_EQ(RuleHealthName(group.status(0).health), "unknown");
  EXPECT_FALSE(group.status(0).last_evaluation.has_value());
}

}  // namespace
}  // namespace alerts
