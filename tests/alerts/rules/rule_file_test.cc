// What a rule file holds, and promtool's verdict with its place.

#include "alerts/rules/rule_file.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"

namespace alerts {
namespace {

std::string DumpFields(const std::vector<TemplateField>& fields) {
  std::string out;
  for (const TemplateField& field : fields) {
    absl::StrAppendFormat(&out, "%s%s=%s", out.empty() ? "" : ",", field.name,
                          field.value.view());
  }
  return out;
}

// One line a rule, or the errors with their places.
std::string Read(const std::string& text, const RuleFileOptions& options = {}) {
  const auto source = std::make_shared<base::Source>("f.yml", text);
  base::Diagnostics diagnostics;
  const std::optional<RuleFile> file =
      ParseRuleFile(source, diagnostics, options);
  EXPECT_EQ(file.has_value(), diagnostics.ok());
  std::string out;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    const base::Position at = source->PositionAt(diagnostic.span.begin);
    absl::StrAppendFormat(&out, "%d:%d: %s\n", at.line, at.column,
                          diagnostic.message);
  }
  if (!file) return out;
  for (const Group& group : file->groups) {
    for (const Rule& rule : group.rules) {
      absl::StrAppendFormat(
          &out, "%s/%d %s %s: %s for=%d keep=%d labels{%s} annotations{%s}\n",
          group.name.view(), rule.number,
          rule.kind == Rule::Kind::kAlert ? "alert" : "record",
          rule.name.view(), rule.expr_text.view(), rule.for_duration.value,
          rule.keep_firing_for.value, DumpFields(MergedLabels(group, rule)),
          DumpFields(rule.annotations));
    }
  }
  return out;
}

// `rules` behind "groups: - name: g rules:", so its first line is 4.
std::string ReadRules(const std::string& rules) {
  return Read("groups:\n- name: g\n  rules:\n" + rules);
}

struct RulesCase {
  const char* name;
  const char* rules;
  const char* want;
};

constexpr RulesCase kRules[] = {
    {"ScalarsStayAsWritten",
     "  - alert: true\n    expr: 1\n    labels: {a: yes, b: 1.50, c: null, ~: "
     "z}\n"
     "    annotations: {d: 2020-01-01, e: ~}\n",
     "g/1 alert true: 1 for=0 keep=0 labels{a=yes,b=1.50,c=} "
     "annotations{d=2020-01-01,e=}\n"},
    {"NullItemsAreLeftOut", "  -\n  - {alert: A, expr: up}\n  - ~\n-\n",
     "g/1 alert A: up for=0 keep=0 labels{} annotations{}\n"},
    {"Durations",
     "  - {alert: A, expr: up, for: 1h30m, keep_firing_for: 90s}\n",
     "g/1 alert A: up for=5400000 keep=90000 labels{} annotations{}\n"},
    {"ForZeroMayStandInARecord", "  - {record: r, expr: up, for: 0s}\n",
     "g/1 record r: up for=0 keep=0 labels{} annotations{}\n"},
    {"MergedRule",
     "  - &a {alert: A, expr: up, for: 1m}\n  - <<: *a\n    alert: B\n",
     "g/1 alert A: up for=60000 keep=0 labels{} annotations{}\n"
     "g/2 alert B: up for=60000 keep=0 labels{} annotations{}\n"},
    {"UnknownField", "  - alert: A\n    expr: up\n    fo: 5m\n",
     "6:5: field fo not found in type rulefmt.Rule\n"},
    {"RecordAndAlert", "  - {alert: A, record: b, expr: up}\n",
     "4:24: group \"g\", rule 1, \"A\": only one of 'record' and 'alert' must "
     "be set\n"},
    {"NamesAreQuoted", "  - {alert: 'a\"b\\c', expr: sum(}\n",
     "4:32: group \"g\", rule 1, \"a\\\"b\\\\c\": could not parse expression: "
     "1:5: parse error: unclosed left parenthesis\n"},
    {"NeitherRecordNorAlert", "  - expr: up\n",
     "4:5: group \"g\", rule 1, \"\": one of 'record' or 'alert' must be "
     "set\n"},
    {"NoExpr", "  - alert: A\n",
     "4:12: group \"g\", rule 1, \"A\": field 'expr' must be set in rule\n"},
    {"ForInARecord", "  - {record: r, expr: up, for: 5m}\n",
     "4:32: group \"g\", rule 1, \"r\": invalid field 'for' in recording "
     "rule\n"},
    {"KeepFiringForInARecord",
     "  - {record: r, expr: up, keep_firing_for: 5m}\n",
     "4:44: group \"g\", rule 1, \"r\": invalid field 'keep_firing_for' in "
     "recording rule\n"},
    {"AnnotationsInARecord", "  - {record: r, expr: up, annotations: {a: b}}\n",
     "4:41: group \"g\", rule 1, \"r\": invalid field 'annotations' in "
     "recording rule\n"},
    {"BracesInARecord", "  - {record: 'r{a=\"b\"}', expr: up}\n",
     "4:14: group \"g\", rule 1, \"r{a=\\\"b\\\"}\": braces present in the "
     "recording rule name; should it be in expr?: r{a=\"b\"}\n"},
    {"NameAsLabel", "  - {alert: A, expr: up, labels: {__name__: x}}\n",
     "4:35: group \"g\", rule 1, \"A\": invalid label name: __name__\n"},
    {"NameAsLabelWithoutAValue",
     "  - {alert: A, expr: up, labels: {__name__: }}\n",
     "4:35: group \"g\", rule 1, \"A\": invalid label name: __name__\n"},
    {"BareNumberIsNoDuration", "  - {alert: A, expr: up, for: 90}\n",
     "4:31: not a valid duration string: \"90\"\n"},
    {"ListAsLabelValue", "  - {alert: A, expr: up, labels: {a: [b]}}\n",
     "4:38: cannot unmarshal !!seq into string\n"},
    {"BadExpression", "  - alert: A\n    expr: sum(up\n",
     "5:17: group \"g\", rule 1, \"A\": could not parse expression: 1:7: parse "
     "error: unclosed left parenthesis\n"},
    {"BadExpressionInABlock",
     "  - alert: A\n    expr: |\n      rate(up)\n        > 5\n",
     "6:12: group \"g\", rule 1, \"A\": could not parse expression: 1:6: parse "
     "error: expected type range vector in call to function \"rate\", got "
     "instant vector\n"},
    {"BadTemplate",
     "  - {alert: B, expr: up, annotations: {x: '{{ $labels.a'}}\n",
     "4:56: group \"g\", rule 1, \"B\": annotation \"x\": template: "
     "__alert_B:1: unclosed action\n"},
    {"EveryProblemInOneRun",
     "  - {alert: A, expr: sum(}\n  - {record: r}\n  - {alert: C, expr: up, "
     "labels: {l: '{{ $foo }}'}}\n",
     "4:26: group \"g\", rule 1, \"A\": could not parse expression: 1:5: parse "
     "error: unclosed left parenthesis\n"
     "5:14: group \"g\", rule 2, \"r\": field 'expr' must be set in rule\n"
     "6:42: group \"g\", rule 3, \"C\": label \"l\": template: __alert_C:1: "
     "undefined variable \"$foo\"\n"},
};

class RulesTest : public testing::TestWithParam<RulesCase> {};

TEST_P(RulesTest, Reads) {
  EXPECT_EQ(ReadRules(GetParam().rules), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(RuleFile, RulesTest, testing::ValuesIn(kRules),
                         [](const auto& test) { return test.param.name; });

TEST(RuleFileTest, AnEmptyFileHasNoRules) {
  EXPECT_EQ(Read(""), "");
  EXPECT_EQ(Read("# nothing\n"), "");
  EXPECT_EQ(Read("groups:\n"), "");
}

TEST(RuleFileTest, GroupNamesAreUniqueAndNotEmpty) {
  EXPECT_EQ(Read("groups:\n- name: g\n- name: g\n"),
            "3:9: groupname: \"g\" is repeated in the same file\n");
  EXPECT_EQ(Read("groups:\n- rules: []\n"),
            "2:3: Groupname must not be empty\n");
}

TEST(RuleFileTest, FieldsOfTodaysGroups) {
  EXPECT_EQ(Read("groups:\n- name: g\n  interval: 30s\n  query_offset: 1m\n"
                 "  limit: 5\n  labels: {team: a, x: group}\n  rules:\n"
                 "  - {record: r, expr: up, labels: {x: rule}}\n"),
            "g/1 record r: up for=0 keep=0 labels{team=a,x=rule} "
            "annotations{}\n");
}

TEST(RuleFileTest, JsonIsRead) {
  EXPECT_EQ(Read(R"({"groups": [{"name": "g", "rules": [
                   {"alert": "A", "expr": "up == 0"}]}]})"),
            "g/1 alert A: up == 0 for=0 keep=0 labels{} annotations{}\n");
}

TEST(RuleFileTest, UnknownFieldsCanBeIgnored) {
  const std::string text =
      "x-anchors: 1\ngroups:\n- name: g\n  owner: me\n  rules:\n"
      "  - {record: r, expr: up, team: b}\n";
  EXPECT_EQ(Read(text),
            "1:1: field x-anchors not found in type rulefmt.RuleGroups\n"
            "4:3: field owner not found in type rulefmt.RuleGroup\n"
            "6:27: field team not found in type rulefmt.Rule\n");
  EXPECT_EQ(Read(text, {.ignore_unknown_fields = true}),
            "g/1 record r: up for=0 keep=0 labels{} annotations{}\n");
}

TEST(RuleFileTest, KubernetesObjectsAreReadAndOthersSkipped) {
  EXPECT_EQ(Read(R"(apiVersion: v1
kind: Service
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
  - name: a
    partial_response_strategy: warn
    rules: [{record: r1, expr: up}]
---
apiVersion: v1
kind: ConfigMap
data:
  notes: "a: ["
  rules.yml: |
    groups:
    - name: b
      rules:
      - {record: r2, expr: up}
)"),
            "a/1 record r1: up for=0 keep=0 labels{} annotations{}\n"
            "b/1 record r2: up for=0 keep=0 labels{} annotations{}\n");
}

TEST(RuleFileTest, AProblemInAConfigMapHasItsPlaceInTheFile) {
  EXPECT_EQ(Read(R"(apiVersion: v1
kind: ConfigMap
data:
  rules.yml: |
    groups:
    - name: b
      rules:
      - alert: A
        expr: up ==
)"),
            "9:20: group \"b\", rule 1, \"A\": could not parse expression: "
            "1:6: parse error: unexpected end of input\n");
}

TEST(RuleFileTest, OnlyOtherObjectsIsAWarning) {
  EXPECT_EQ(Read("apiVersion: v1\nkind: Service\n"), "1:1: no rules found\n");
}

}  // namespace
}  // namespace alerts
