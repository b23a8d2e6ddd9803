// The fields that promtool has not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/alerts/unit_tests/run_text.h"

namespace alerts {
namespace {

// Down is pending from 1m and firing from 3m on, with job="a" and instance.
constexpr const char* kSeries = R"(    input_series:
    - {series: 'up{job="a", instance="x:1"}', values: '1 0 0 0 0 0 0 1 1 1'}
)";

struct Case {
  const char* name;
  const char* body;   // Behind the series above.
  const char* hints;  // "" when the test passes.
};

constexpr Case kCases[] = {
    {"PartialNeedsOnlyWhatItNames",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_labels: {job: a}}]
)",
     ""},
    {"PartialStillComparesWhatItNames",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_labels: {job: b}}]
)",
     "label job: expected \"b\", got \"a\"\n"},
    {"PartialCountsTheAlerts",
     R"(    alert_rule_test:
    - {eval_time: 4m, alertname: Down, match: partial}
)",
     "fires unexpectedly: {alertname=\"Down\", instance=\"x:1\", job=\"a\", "
     "severity=\"page\"}\n"},
    {"RegexpsMatchWholeValues",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      exp_alerts:
      - exp_labels: {job: a, severity: page}
        exp_labels_regexp: {instance: 'x:\d+'}
        exp_annotations_regexp: {summary: 'a is down.*'}
)",
     ""},
    {"ARegexpThatDoesNotMatch",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_labels_regexp: {instance: 'x'}}]
)",
     "label instance: \"x:1\" does not match \"x\"\n"},
    {"ValueWithinATolerance",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_value: 0.1, tolerance: 0.2}]
)",
     ""},
    {"ValueOutsideATolerance",
     R"(    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_value: 0.1, tolerance: 5%}]
)",
     "value: expected 1E-01, got 0E+00\n"},
    {"StatePending",
     R"(    alert_rule_test:
    - eval_time: 2m
      alertname: Down
      state: pending
      match: partial
      exp_alerts: [{exp_labels: {job: a}}]
    - {eval_time: 4m, alertname: Down, state: pending}
)",
     ""},
    {"StatePendingWhenItFires",
     R"(    alert_rule_test:
    - {eval_time: 4m, alertname: Down, state: pending, match: partial, exp_alerts: [{}]}
)",
     "is not pending: {alertname=\"Down\", ...}\n"
     "firing since 1m0s, for: 2m: {alertname=\"Down\", instance=\"x:1\", "
     "job=\"a\", severity=\"page\"}\n"},
    {"StateInactive",
     R"(    alert_rule_test:
    - {eval_time: 0m, alertname: Down, state: inactive}
    - {eval_time: 7m, alertname: Down, state: inactive}
    - eval_time: 4m
      alertname: Down
      state: inactive
      match: partial
      exp_alerts: [{exp_labels: {job: b}}]
)",
     ""},
    {"StateInactiveWhenItIsPending",
     R"(    alert_rule_test:
    - {eval_time: 2m, alertname: Down, state: inactive}
)",
     "is pending unexpectedly: {alertname=\"Down\", instance=\"x:1\", "
     "job=\"a\", severity=\"page\"}\n"},
    {"UntilHoldsAtEveryEvaluation",
     R"(    alert_rule_test:
    - {eval_time: 3m, until: 6m, alertname: Down, match: partial, exp_alerts: [{}]}
    - {eval_time: 7m, until: 9m, alertname: Down, state: inactive}
)",
     ""},
    {"UntilFailsAtTheFirstThatDoesNot",
     R"(    alert_rule_test:
    - {eval_time: 3m, until: 9m, alertname: Down, match: partial, exp_alerts: [{}]}
)",
     "does not fire: {alertname=\"Down\", ...}\n"
     "fails at 3 of 7 evaluations, first at 7m\n"},
    {"NoOtherAlertsAtATime",
     R"(    alert_rule_test:
    - {eval_time: 0m, alertname: Down, no_other_alerts: true}
)",
     "another alert fires: {alertname=\"Always\"}\n"},
    {"NoOtherAlertsInTheTest",
     R"(    no_other_alerts: true
    alert_rule_test:
    - {eval_time: 0m, alertname: Down}
)",
     "no assertion of this test names Always\n"},
    {"NoOtherAlertsButThoseNamed",
     R"(    no_other_alerts: true
    alert_rule_test:
    - {eval_time: 0m, alertname: Down, no_other_alerts: true}
    - {eval_time: 0m, alertname: Always, exp_alerts: [{}]}
)",
     ""},
    {"SamplesWithinATolerance",
     R"(    promql_expr_test:
    - {expr: vector(0.1 + 0.2), eval_time: 0m, tolerance: 1e-9, exp_samples: [{value: 0.3}]}
    - {expr: vector(99), eval_time: 0m, exp_samples: [{value: 100, tolerance: 1%}]}
    - {expr: vector(NaN), eval_time: 0m, exp_samples: [{value: .nan, tolerance: 0}]}
)",
     ""},
    {"SampleOutsideATolerance",
     R"(    promql_expr_test:
    - {expr: vector(98), eval_time: 0m, exp_samples: [{value: 100, tolerance: 1%}]}
)",
     "expected {} 1E+02 +- 1%, got 9.8E+01\n"},
    {"SelectorInsteadOfLabels",
     R"(    promql_expr_test:
    - {expr: up, eval_time: 0m, exp_samples: [{selector: '{job=~"a|b"}', value: 1}]}
    - {expr: up, eval_time: 0m, exp_samples: [{selector: '{}', value: 1}]}
)",
     ""},
    {"SelectorThatDoesNotMatch",
     R"(    promql_expr_test:
    - {expr: up, eval_time: 0m, exp_samples: [{selector: '{job="b"}', value: 1}]}
)",
     "not in the answer: {job=\"b\"} 1E+00\n"
     "not expected: {__name__=\"up\", instance=\"x:1\", job=\"a\"} 1E+00\n"},
    {"QueryUntil",
     R"(    promql_expr_test:
    - {expr: sum(up), eval_time: 1m, until: 6m, exp_samples: [{value: 0}]}
)",
     ""},
    {"QueryUntilFailsAtTheFirstThatDoesNot",
     R"(    promql_expr_test:
    - {expr: sum(up), eval_time: 5m, until: 9m, exp_samples: [{value: 0}]}
)",
     "expected {} 0E+00, got 1E+00\n"
     "fails at 3 of 5 times, first at 7m\n"},
};

class ExtensionTest : public testing::TestWithParam<Case> {};

TEST_P(ExtensionTest, SaysWhatDiffers) {
  const Ran ran = RunText(OneTest(std::string(kSeries) + GetParam().body));
  EXPECT_EQ(ran.hints, GetParam().hints) << ran.failures;
  EXPECT_EQ(ran.failures.empty(), ran.hints.empty()) << ran.failures;
}

INSTANTIATE_TEST_SUITE_P(Fields, ExtensionTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

// Each expected alert needs one of its own, whatever their order.
TEST(Extensions, PatternsArePairedAsWellAsPossible) {
  EXPECT_EQ(RunText(OneTest(R"(    input_series:
    - {series: 'up{job="a"}', values: 0x5}
    - {series: 'up{job="b"}', values: 0x5}
    alert_rule_test:
    - eval_time: 4m
      alertname: Down
      match: partial
      exp_alerts: [{exp_labels_regexp: {job: a|b}}, {exp_labels: {job: a}}]
)"))
                .failures,
            "");
}

TEST(Extensions, GroupsKeepTheirOwnInterval) {
  constexpr std::string_view kRulesEvery3 = R"(groups:
- name: g
  interval: 3m
  rules: [{record: seen, expr: timestamp(up)}]
)";
  constexpr std::string_view kTest = R"(tests:
- interval: 1m
  input_series: [{series: up, values: 1x10}]
  promql_expr_test:
  - {expr: seen, eval_time: 5m, exp_samples: [{labels: seen, value: 180}]}
)";
  EXPECT_EQ(
      RunText("group_intervals: true\n" + std::string(kTest), kRulesEvery3)
          .failures,
      "");
  EXPECT_NE(RunText(kTest, kRulesEvery3).failures, "");
}

struct BadField {
  const char* text;
  const char* error;
};

TEST(Extensions, BadFieldsAreErrors) {
  constexpr BadField kBad[] = {
      {"alert_rule_test: [{state: resolved}]",
       "not a state of an alert: \"resolved\""},
      {"alert_rule_test: [{match: some}]", "not a kind of match: \"some\""},
      {"alert_rule_test: [{eval_time: 5m, until: 4m}]",
       "until is before eval_time"},
      {"alert_rule_test: [{exp_alerts: [{exp_labels_regexp: {a: '('}}]}]",
       "missing closing )"},
      {"promql_expr_test: [{tolerance: -1}]", "not a tolerance: \"-1\""},
      {"promql_expr_test: [{tolerance: 5 %}]", "not a tolerance: \"5 \""},
      {"promql_expr_test: [{exp_samples: [{selector: sum(a)}]}]",
       "not a selector: \"sum(a)\""},
      {"promql_expr_test: [{exp_samples: [{selector: '{'}]}]", "1:2: "},
  };
  for (const BadField& bad : kBad) {
    EXPECT_THAT(RunText(std::string("tests:\n- ") + bad.text + "\n").failures,
                testing::HasSubstr(bad.error))
        << bad.text;
  }
}

}  // namespace
}  // namespace alerts
