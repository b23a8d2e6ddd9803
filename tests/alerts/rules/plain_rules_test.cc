// Rules in Kubernetes objects and in several documents: our verdict on the
// whole is the real promtool's on each part.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_parts.h"
#include "base/json.h"
#include "tests/support/corpus.h"
#include "tests/support/process.h"

namespace alerts {
namespace {

std::vector<RulePart> PartsOf(const std::string& text) {
  base::Diagnostics diagnostics;
  return FindRuleParts(base::ParseYaml(text, diagnostics), diagnostics).parts;
}

bool WeAccept(const std::string& text) {
  base::Diagnostics diagnostics;
  return ParseRuleFile(std::make_shared<base::Source>("f", text), diagnostics)
      .has_value();
}

TEST(PlainRules, KeepTextsToTheByte) {
  const std::vector<RulePart> parts = PartsOf(R"(
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: example}
spec:
  groups:
  - name: 'yes'
    partial_response_strategy: abort
    limit: 0x10
    rules:
    - {alert: "A", expr: up == 0, for: 5m, labels: {a: '1', b: "x: y"}}
    - record: r
      expr: |
        sum by (job)
          (up)
      labels: {}
)");
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].name, "example");
  EXPECT_EQ(PlainRules(parts[0]), R"(groups:
  - name: "yes"
    limit: 0x10
    rules:
      - alert: "A"
        expr: up == 0
        for: 5m
        labels:
          a: "1"
          b: "x: y"
      - record: r
        expr: |
          sum by (job)
            (up)
        labels: {}
)");
}

TEST(PlainRules, EveryDocumentAndValueIsAPart) {
  const std::vector<RulePart> parts = PartsOf(R"(
groups: []
---
apiVersion: v1
kind: ConfigMap
data:
  a.yml: "groups: []"
  b.conf: "no rules"
  c.yml: |
    groups: []
---
kind: Service
apiVersion: v1
)");
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[1].name, "a.yml");
  EXPECT_EQ(parts[2].name, "c.yml");
  EXPECT_EQ(PlainRules(parts[2]), "groups: []\n");
}

// The warnings' codes.
std::string WarningsOf(const std::string& text) {
  base::Diagnostics diagnostics;
  FindRuleParts(base::ParseYaml(text, diagnostics), diagnostics);
  std::string codes;
  for (const base::Diagnostic& row : diagnostics.all()) codes += row.code + " ";
  return codes;
}

TEST(PlainRules, BehindARuleFilePrometheusReadsNoDocument) {
  EXPECT_EQ(WarningsOf("groups: []\n---\ngroups: []\n"), "yaml-ignored ");
  EXPECT_EQ(WarningsOf("groups: []\n---\n# nothing\n"), "");
  EXPECT_EQ(WarningsOf("{kind: Service, apiVersion: v1}\n---\n"
                       "{kind: PrometheusRule, apiVersion: v1}\n"),
            "");
}

class AgainstPromtool : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
    if (tests::Run({"promtool", "--version"}).status != 0) {
      GTEST_SKIP() << "promtool is not installed";
    }
  }

  bool PromtoolAccepts(const RulePart& part) const {
    const std::string path = folder_.Write("part.yml", PlainRules(part));
    return tests::Run({"promtool", "check", "rules", path}).status == 0;
  }

  // Our verdict on the text is promtool's on all of its parts.
  void ExpectEqual(const std::string& what, const std::string& text,
                   std::size_t parts_at_least) {
    const std::vector<RulePart> parts = PartsOf(text);
    EXPECT_GE(parts.size(), parts_at_least) << what;
    bool theirs = true;
    for (const RulePart& part : parts) theirs = theirs && PromtoolAccepts(part);
    EXPECT_EQ(WeAccept(text), theirs) << what;
  }

  static std::string ConfigMap(const std::string& value) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  "
           "rules.yml: " +
           base::JsonQuote(value) + "\n";
  }

  tests::TemporaryFolder folder_;
};

TEST_F(AgainstPromtool, PrometheusRulesOfKubePrometheus) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(
           tests::Corpus() + "/rules/kube-prometheus")) {
    const std::string text = tests::ReadFile(entry.path());
    ExpectEqual(entry.path(), text, 1);
    all += "---\n" + text;
  }
  ExpectEqual("all of them as documents", all, 8);
}

TEST_F(AgainstPromtool, RuleFilesAsConfigMapsAndDocuments) {
  constexpr char kGood[] = "groups: [{name: g, rules: []}]\n";
  std::size_t refused = 0;
  for (const std::string folder : {"rulefmt", "promtool", "rules/thanos"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(tests::Corpus() + "/" + folder)) {
      const std::string text = tests::ReadFile(entry.path());
      base::Diagnostics diagnostics;
      const auto documents = base::ParseYaml(text, diagnostics);
      // What is no YAML has no parts. In verdicts.tsv promtool differs.
      const bool rules = documents.size() == 1 && diagnostics.ok() &&
                         documents[0]->Find("groups") != nullptr;
      if (!rules || entry.path().filename() == "utf-8_lname.good.yaml") {
        continue;
      }
      refused += WeAccept(text) ? 0 : 1;
      ExpectEqual(entry.path().string() + " in a ConfigMap", ConfigMap(text),
                  1);
      ExpectEqual(entry.path().string() + " as a document",
                  std::string(kGood) + "---\n" + text, 2);
    }
  }
  EXPECT_GE(refused, 5u);
}

}  // namespace
}  // namespace alerts
