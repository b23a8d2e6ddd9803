#include "alerts/unit_tests/unit_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "tests/alerts/unit_tests/run_text.h"

namespace alerts {
namespace {

struct Case {
  const char* name;
  const char* body;
  const char* failures;  // Promtool's own; "" when the test passes.
};

constexpr Case kCases[] = {
    {"AlertFiresAfterItsFor",
     R"(    external_labels: {dc: one}
    input_series:
    - {series: 'up{job="a"}', values: '1 0 0 0 0'}
    alert_rule_test:
    - {eval_time: 2m, alertname: Down}
    - eval_time: 3m
      alertname: Down
      exp_alerts:
      - exp_labels: {job: a, severity: page}
        exp_annotations: {summary: a is down for one}
)",
     ""},
    {"WrongLabelShowsBothSides",
     R"(    input_series:
    - {series: 'up{job="a"}', values: '0 0 0'}
    alert_rule_test:
    - eval_time: 2m
      alertname: Down
      exp_alerts:
      - exp_labels: {job: b, severity: page}
        exp_annotations: {summary: 'a is down for '}
)",
     "    alertname: Down, time: 2m, \n"
     "        exp:[\n"
     "            0:\n"
     "              Labels:{alertname=\"Down\", job=\"b\", "
     "severity=\"page\"}\n"
     "              Annotations:{summary=\"a is down for \"}\n"
     "            ], \n"
     "        got:[\n"
     "            0:\n"
     "              Labels:{alertname=\"Down\", job=\"a\", "
     "severity=\"page\"}\n"
     "              Annotations:{summary=\"a is down for \"}\n"
     "            ]\n"},
    {"NamedTestSaysItsName",
     R"(    name: quiet
    alert_rule_test:
    - {eval_time: 0m, alertname: Always, exp_alerts: []}
)",
     "    name: quiet,\n"
     "    alertname: Always, time: 0s, \n"
     "        exp:[], \n"
     "        got:[\n"
     "            0:\n"
     "              Labels:{alertname=\"Always\"}\n"
     "              Annotations:{}\n"
     "            ]\n"},
    {"EmptyExpectedLabelNeverMatches",
     R"(    alert_rule_test:
    - eval_time: 0m
      alertname: Always
      exp_alerts: [{exp_labels: {x: ''}}]
)",
     "    alertname: Always, time: 0s, \n"
     "        exp:[\n"
     "            0:\n"
     "              Labels:{alertname=\"Always\", x=\"\"}\n"
     "              Annotations:{}\n"
     "            ], \n"
     "        got:[\n"
     "            0:\n"
     "              Labels:{alertname=\"Always\"}\n"
     "              Annotations:{}\n"
     "            ]\n"},
    {"UnknownAlertThatIsNotExpectedPasses",
     R"(    alert_rule_test:
    - {eval_time: 0m, alertname: Nope}
)",
     ""},
    {"RecordedSeriesAndEvaluationTimes",
     R"(    input_series:
    - {series: 'up{job="a", i="1"}', values: '1+1x3'}
    - {series: 'up{job="a", i="2"}', values: '_x2 5'}
    promql_expr_test:
    - expr: job:up:sum
      eval_time: 2m
      exp_samples: [{labels: 'job:up:sum{job="a"}', value: 8}]
    - expr: job:up:sum
      eval_time: 2m30s
      exp_samples: [{labels: 'job:up:sum{job="a"}', value: 8}]
    - expr: count(ALERTS{alertname="Always"})
      eval_time: 1m
      exp_samples: [{value: 1}]
)",
     ""},
    {"WrongSample",
     R"(    input_series:
    - {series: up, values: 1 2.5}
    promql_expr_test:
    - expr: up
      eval_time: 1m
      exp_samples: [{labels: up, value: 1.5}]
    - {expr: up, eval_time: 1m}
    - {expr: nope, eval_time: 1m, exp_samples: [{labels: x, value: .nan}]}
)",
     "    expr: \"up\", time: 1m,\n"
     "        exp: {__name__=\"up\"} 1.5E+00\n"
     "        got: {__name__=\"up\"} 2.5E+00\n"
     "    expr: \"up\", time: 1m,\n"
     "        exp: nil\n"
     "        got: {__name__=\"up\"} 2.5E+00\n"
     "    expr: \"nope\", time: 1m,\n"
     "        exp: {__name__=\"x\"} NaN\n"
     "        got: nil\n"},
    {"NanNeverEqualsNan",
     R"(    input_series:
    - {series: up, values: NaN}
    promql_expr_test:
    - expr: up
      eval_time: 0m
      exp_samples: [{labels: up, value: .nan}]
)",
     "    expr: \"up\", time: 0s,\n"
     "        exp: {__name__=\"up\"} NaN\n"
     "        got: {__name__=\"up\"} NaN\n"},
    {"QueryThatDoesNotParse",
     R"(    promql_expr_test:
    - {expr: sum(, eval_time: 2m}
)",
     "    expr: \"sum(\", time: 2m, err: 1:5: parse error: unclosed left "
     "parenthesis\n"},
    {"RangeVectorIsNoAnswer",
     R"(    promql_expr_test:
    - {expr: 'up[5m]', eval_time: 2m}
)",
     "    expr: \"up[5m]\", time: 2m, err: rule result is not a vector or "
     "scalar\n"},
    {"SamplesBehindTheLastEvaluationAreNotStored",
     R"(    input_series:
    - {series: up, values: 1 2}
    promql_expr_test:
    - expr: up
      eval_time: 59s
      exp_samples: [{labels: up, value: 1}]
)",
     ""},
    {"BadSeries",
     R"(    input_series:
    - {series: 'up{job="x"', values: '0+0x1440'}
)",
     "1:12: parse error: unexpected character inside braces: '0'\n"},
    {"RecordedSeriesThatIsInputToo",
     R"(    input_series:
    - {series: 'up{job="a"}', values: '1 1'}
    - {series: 'job:up:sum{job="a"}', values: '5 5'}
    promql_expr_test:
    - {expr: up, eval_time: 1m}
)",
     "    rule: job:up:sum, time: 0s, err: duplicate sample for timestamp\n"},
    {"MissingAlertname",
     R"(    name: x
    alert_rule_test:
    - {eval_time: 5m}
)",
     "an item under alert_rule_test misses required attribute alertname at "
     "eval_time 5m (in TestGroup x)\n"},
    {"StartTimestamp",
     R"(    start_timestamp: 1609459200
    promql_expr_test:
    - {expr: 'time()', eval_time: 1m, exp_samples: [{value: 1609459260}]}
)",
     ""},
    {"MoreSamplesThanPromtoolAllows",
     R"(    input_series:
    - {series: a, values: 1x10100}
    promql_expr_test:
    - {expr: 'count_over_time(a[9999m])', eval_time: 10000m, exp_samples: [{value: 9999}]}
    - {expr: 'count_over_time(a[10000m])', eval_time: 10000m, exp_samples: [{value: 10000}]}
)",
     "    expr: \"count_over_time(a[10000m])\", time: 6d22h40m, err: query "
     "processing would load too many samples into memory in query "
     "execution\n"},
    {"Histograms",
     R"(    input_series:
    - {series: h, values: '{{count:2 sum:3 buckets:[2]}} stale'}
    promql_expr_test:
    - expr: h
      eval_time: 0m
      exp_samples: [{labels: h, histogram: '{{sum:3 count:2 buckets:[2]}}'}]
    - {expr: h, eval_time: 1m}
)",
     ""},
};

class UnitTestTest : public testing::TestWithParam<Case> {};

TEST_P(UnitTestTest, GivesPromtoolsText) {
  EXPECT_EQ(RunText(OneTest(GetParam().body)).failures, GetParam().failures);
}

INSTANTIATE_TEST_SUITE_P(Verdicts, UnitTestTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(UnitTestHint, SaysWhatDiffers) {
  EXPECT_EQ(RunText(OneTest(kCases[1].body)).hints,
            "label job: expected \"b\", got \"a\"\n");
}

TEST(UnitTestHint, SaysThatAnAlertIsPending) {
  const Ran ran = RunText(OneTest(R"(    input_series:
    - {series: 'up', values: '0 0 0'}
    alert_rule_test:
    - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: {severity: page}}]}
)"));
  EXPECT_EQ(ran.hints,
            "does not fire: {alertname=\"Down\", severity=\"page\"}\n"
            "pending since 0s, for: 2m: {alertname=\"Down\", "
            "severity=\"page\"}\n");
}

TEST(UnitTestWarning, OfWhatPromtoolPassesOver) {
  EXPECT_EQ(RunText(OneTest(R"(    alert_rule_test:
    - {eval_time: 0m, alertname: Downn}
)"))
                .warnings,
            "unknown-alert ");
  EXPECT_EQ(RunText(OneTest(R"(    input_series:
    - series: up
      values: |
        1 2
    - {series: x, values: 1}
    promql_expr_test:
    - {expr: x, eval_time: 0m}
)"))
                .warnings,
            "dropped-series ");
  EXPECT_EQ(RunText(OneTest(R"(    input_series:
    - {series: up, values: 1}
    - {series: up, values: 2}
    promql_expr_test:
    - {expr: up, eval_time: 0m, exp_samples: [{labels: up, value: 2}]}
)"))
                .warnings,
            "duplicate-series ");
  EXPECT_EQ(RunText("tests: [{}]\n").warnings, "no-assertion ");
  EXPECT_EQ(RunText(OneTest(R"(    alert_rule_test:
    - eval_time: 0m
      alertname: Always
      exp_alerts: [{exp_labels: {alertname: Down}}]
)"))
                .warnings,
            "other-alertname ");
  EXPECT_EQ(RunText(OneTest(R"(    alert_rule_test:
    - eval_time: 0m
      alertname: Always
      exp_alerts: [{exp_labels: {x: ''}}]
)"))
                .warnings,
            "empty-label ");
  EXPECT_EQ(RunText(OneTest(R"(    promql_expr_test:
    - {expr: vector(NaN), eval_time: 0m, exp_samples: [{value: .nan}]}
)"))
                .warnings,
            "nan-never-equal ");
  EXPECT_EQ(RunText(OneTest(R"(    promql_expr_test:
    - {expr: vector(1), eval_time: 0m, exp_samples: [{value: 1}]}
)"),
                    "groups: [{name: g, interval: 5m, rules: []}]\n")
                .warnings,
            "group-interval ");
}

TEST(UnitTestFile, IsReadStrictly) {
  EXPECT_THAT(
      RunText("groups: []\n").failures,
      testing::HasSubstr("field groups not found in type main.unitTestFile"));
  EXPECT_THAT(
      RunText("tests:\n- alert_rule_test:\n  - {evaltime: 1m}\n").failures,
      testing::HasSubstr("field evaltime not found"));
  EXPECT_THAT(RunText("evaluation_interval: 1x\n").failures,
              testing::HasSubstr("unknown unit \"x\" in duration \"1x\""));
  EXPECT_THAT(RunText("group_eval_order: [a, a]\n").failures,
              testing::HasSubstr("group name repeated in evaluation order: a"));
}

TEST(UnitTestFile, ReadsTheBooleansOfOldYaml) {
  const std::string tests = R"(
tests:
- promql_expr_test:
  - {expr: 0.1 + 0.2, exp_samples: [{value: 0.3}]}
)";
  EXPECT_EQ(RunText("fuzzy_compare: yes" + tests).failures, "");
  EXPECT_EQ(RunText("fuzzy_compare: On" + tests).failures, "");
  EXPECT_NE(RunText("fuzzy_compare: n" + tests).failures, "");
  EXPECT_THAT(RunText("fuzzy_compare: 'yes'" + tests).failures,
              testing::HasSubstr("cannot unmarshal !!str `yes` into bool"));
}

TEST(UnitTestFile, WithoutTestsPassesWithAWarning) {
  for (const char* text :
       {"", "# nothing\n", "rule_files: []\n", "tests: []\n"}) {
    const Ran ran = RunText(text);
    EXPECT_EQ(ran.failures, "") << text;
    EXPECT_EQ(ran.warnings, "no-tests ") << text;
  }
}

TEST(UnitTests, ALabelWithoutAValueTakesThatOfTheResultAway) {
  const std::string test = OneTest(R"(    input_series:
    - {series: 'up{job="a", instance="b"}', values: 0}
    alert_rule_test:
    - eval_time: 0m
      alertname: Down
      exp_alerts: [{exp_labels: {instance: b}}]
    promql_expr_test:
    - expr: '{__name__=~"up:copy|ALERTS"}'
      eval_time: 0m
      exp_samples:
      - {labels: 'up:copy{instance="b"}', value: 0}
      - labels: 'ALERTS{alertname="Down", alertstate="firing", instance="b"}'
        value: 1
)");
  for (const char* none : {"''", "~", ""}) {
    EXPECT_EQ(RunText(test, absl::StrFormat(R"(groups:
- name: g
  labels: {team: x}
  rules:
  - {record: up:copy, expr: up, labels: {job: %s, team: %s}}
  - {alert: Down, expr: up == 0, labels: {job: %s, team: %s}}
)",
                                            none, none, none, none))
                  .failures,
              "")
        << none;
  }
}

TEST(UnitTests, BadRulesFailEachTest) {
  const Ran ran = RunText("tests: [{}, {}]\n",
                          "groups: [{name: g, rules: [{record: x}]}]\n");
  EXPECT_THAT(ran.failures, testing::HasSubstr("field 'expr' must be set"));
  EXPECT_EQ(ran.cases, "-rule files\n-rule files\n");
}

// What 2.42 has not in rules, queries and series.
TEST(UnitTests, CompatRefusesWhatThatReleaseDoesNotKnow) {
  UnitTestOptions old;
  old.compat = promql::Version{2, 42};
  struct Row {
    std::string series;
    std::string expr;
    std::string rule;
    std::string want;
  };
  const std::string later = ", which came with a later version";
  const Row rows[] = {
      {"a", "count(a)", "up", ""},
      {"a_1", "a_1 @ 60 offset -1m + 0x1F", "up", ""},
      {"'{\"a\"}'", "count(a)", "up", "a name in quotes" + later},
      {"'a{\"b\"=\"c\"}'", "count(a)", "up", "a name in quotes" + later},
      {"a", "a @ 1m", "up", "a duration behind @" + later},
      {"a", "info(a)", "up", "unknown function with name \"info\""},
      {"a", "a + 1_0", "up", "underscores in numbers" + later},
      {"a", "a", "rate(a[300])", "a number for a duration" + later},
  };
  for (const Row& row : rows) {
    const std::string test = OneTest(absl::StrFormat(R"(    input_series:
    - {series: %s, values: 1 1 1}
    promql_expr_test:
    - {expr: '%s', eval_time: 1m, exp_samples: [{selector: '{}', value: 1, tolerance: 100}]}
)",
                                                     row.series, row.expr));
    const std::string rules = absl::StrFormat(
        "groups: [{name: g, rules: [{record: r, expr: '%s'}]}]\n", row.rule);
    if (row.want.empty()) {
      EXPECT_EQ(RunText(test, rules, old).failures, "") << row.expr;
    } else {
      EXPECT_THAT(RunText(test, rules, old).failures,
                  testing::HasSubstr(row.want));
    }
  }
  for (const char* values : {"1_000", "{{count:1}}"}) {
    const std::string test = OneTest(absl::StrFormat(
        "    input_series: [{series: a_1_2, values: '_ _x2 %s'}]\n", values));
    EXPECT_EQ(RunText(test).failures, "");
    EXPECT_THAT(RunText(test, kRules, old).failures, testing::HasSubstr(later));
  }
}

// What 2.42 has not: the fields, and a default for `interval`.
TEST(UnitTests, CompatReadsFilesAsThatRelease) {
  UnitTestOptions options;
  options.compat = promql::Version{2, 42};
  constexpr std::string_view kTwoValues = R"(tests:
- input_series: [{series: a, values: 0 1}]
  promql_expr_test:
  - {expr: a, eval_time: 1m, exp_samples: [{labels: a, value: 1}]}
)";
  EXPECT_EQ(RunText(kTwoValues).failures, "");
  EXPECT_THAT(RunText(kTwoValues, kRules, options).failures,
              testing::HasSubstr("got: {__name__=\"a\"} 0E+00"));
  EXPECT_EQ(RunText("fuzzy_compare: true\n", kRules, options).failures,
            "field fuzzy_compare not found in type main.unitTestFile\n");
  // A window that is closed at both ends.
  constexpr std::string_view kWindow = R"(    input_series:
    - {series: a, values: 1x10}
    promql_expr_test:
    - {expr: 'count_over_time(a[2m])', eval_time: 5m, exp_samples: [{value: 3}]}
)";
  EXPECT_NE(RunText(OneTest(kWindow)).failures, "");
  EXPECT_EQ(RunText(OneTest(kWindow), kRules, options).failures, "");
}

TEST(UnitTests, GroupEvalOrderDecides) {
  constexpr std::string_view kTwoGroups = R"(groups:
- {name: second, rules: [{record: b, expr: a}]}
- {name: first, rules: [{record: a, expr: vector(1)}]}
)";
  constexpr std::string_view kTest = R"(
tests:
- promql_expr_test:
  - {expr: b, eval_time: 0m, exp_samples: [{labels: b, value: 1}]}
)";
  EXPECT_EQ(RunText("group_eval_order: [first, second]" + std::string(kTest),
                    kTwoGroups)
                .failures,
            "");
  EXPECT_NE(RunText(kTest, kTwoGroups).failures, "");
}

TEST(UnitTests, FuzzyCompareForgivesOneUlp) {
  constexpr std::string_view kTest = R"(
tests:
- promql_expr_test:
  - {expr: vector(0.1 + 0.2), eval_time: 0m, exp_samples: [{value: 0.3}]}
)";
  EXPECT_NE(RunText(kTest).failures, "");
  EXPECT_EQ(RunText("fuzzy_compare: true" + std::string(kTest)).failures, "");
}

TEST(UnitTests, RunSelectsByName) {
  UnitTestOptions options;
  options.selected = [](std::string_view name) { return name == "b"; };
  const Ran ran = RunText(R"(tests:
- {name: a, promql_expr_test: [{expr: vector(1), eval_time: 0m}]}
- {name: b, promql_expr_test: [{expr: vector(1), eval_time: 0m, exp_samples: [{value: 1}]}]}
)",
                          kRules, options);
  EXPECT_EQ(ran.cases, "+query vector(1) at 0s\n");
}

TEST(UnitTests, DebugShowsAllSeries) {
  UnitTestOptions options;
  options.debug = true;
  const Ran ran = RunText(OneTest(R"(    input_series:
    - {series: up, values: 1 stale}
    promql_expr_test:
    - {expr: up, eval_time: 1m}
)"),
                          "groups: []\n", options);
  EXPECT_EQ(ran.series, "up 1@0s stale@1m0s\n");
}

}  // namespace
}  // namespace alerts
