// Every check finds what it is for and nothing in correct rules.

#include "alerts/lint/lint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "alerts/lint/check_documents.h"
#include "alerts/lint/checks.h"
#include "alerts/rules/rule_file.h"
#include "tests/alerts/lint/known.h"
#include "tests/support/corpus.h"

namespace alerts {
namespace {

const std::string kTestdata =
    std::string(ROLLWATCH_SOURCE_DIR) + "/tests/alerts/testdata/lint/";

// Every finding as the user sees it; the errors of an invalid file.
std::string LintText(const std::string& name, const std::string& text,
                     const schema::Schema& schema,
                     const LintOptions& options = {}) {
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<base::Source>(name, text);
  const std::optional<RuleFile> file = ParseRuleFile(source, diagnostics);
  std::string out;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    out += base::Render(*source, diagnostic);
  }
  if (!file) return out;
  for (const Finding& finding : Lint({&*file}, schema, options).findings) {
    out += base::Render(*source, finding.diagnostic);
  }
  return out;
}

// With this check, whether it is on by default or not.
std::string LintText(const Check& check, const std::string& name,
                     const std::string& text) {
  const Known known = KnownTo(check.code);
  return LintText(name, text, known.schema, known.options);
}

bool Names(const std::string& found, const Check& check) {
  return found.find("[" + std::string(check.code) + "]") != std::string::npos;
}

class CheckTest : public testing::TestWithParam<Check> {};

TEST_P(CheckTest, FindsWhatIsBad) {
  const std::string folder = kTestdata + std::string(GetParam().code);
  const std::string found =
      LintText(GetParam(), "bad.yml", ReadAll(folder + "/bad.yml"));
  if (std::getenv("ROLLWATCH_UPDATE") != nullptr) {
    std::ofstream(folder + "/bad.txt") << found;
  }
  EXPECT_EQ(found, ReadAll(folder + "/bad.txt"));
  EXPECT_TRUE(Names(found, GetParam()));
}

TEST_P(CheckTest, FindsNothingInWhatIsGood) {
  const std::string folder = kTestdata + std::string(GetParam().code);
  const std::string text = ReadAll(folder + "/good.yml");
  base::Diagnostics invalid;
  ASSERT_TRUE(
      ParseRuleFile(std::make_shared<base::Source>("good.yml", text), invalid))
      << invalid.first_error().message;
  const std::string found = LintText(GetParam(), "good.yml", text);
  EXPECT_FALSE(Names(found, GetParam())) << found;
}

TEST_P(CheckTest, FindsItsBadExample) {
  const Check& check = GetParam();
  const std::string found =
      LintText(check, "bad.yml", ExampleFile(check.text->bad));
  EXPECT_TRUE(Names(found, check)) << found;
}

TEST_P(CheckTest, FindsNothingInItsGoodExample) {
  const Check& check = GetParam();
  EXPECT_EQ(LintText(check, "good.yml", ExampleFile(check.text->good)), "");
}

TEST_P(CheckTest, SaysWhatItIs) {
  EXPECT_GT(GetParam().text->paragraph.size(), 100u);
  EXPECT_FALSE(GetParam().catches.empty());
  EXPECT_EQ(FindCheck(GetParam().code)->catches, GetParam().catches);
}

INSTANTIATE_TEST_SUITE_P(Table, CheckTest, testing::ValuesIn(Checks()),
                         [](const auto& test) {
                           std::string name(test.param.code);
                           std::erase(name, '-');
                           return name;
                         });

// ROLLWATCH_UPDATE=1 writes the file anew.
TEST(Checks, TheDocumentIsTheTable) {
  const std::string path = ROLLWATCH_SOURCE_DIR "/docs/checks.md";
  if (std::getenv("ROLLWATCH_UPDATE") != nullptr) {
    std::ofstream(path) << ChecksAsMarkdown();
  }
  EXPECT_EQ(ReadAll(path), ChecksAsMarkdown());
}

TEST(Checks, ADisabledOneIsSilent) {
  const Check& check = Checks().front();
  EXPECT_FALSE(Names(
      LintText("bad.yml", ExampleFile(check.text->bad), schema::Schema::Ours(),
               {.disabled = {std::string(check.code)}}),
      check));
}

TEST(Lint, OurExampleRulesAreFine) {
  EXPECT_EQ(LintText("alerts.yml",
                     ReadAll(std::string(ROLLWATCH_SOURCE_DIR) +
                             "/examples/alerts.yml"),
                     schema::Schema::Ours()),
            "");
}

TEST(Lint, AnAlertWithoutAResultCannotFire) {
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<base::Source>("f.yml", R"(
groups:
- name: g
  rules:
  - {alert: Dead, expr: sum(up > 1)}
  - {alert: DeadByItsSelector, expr: 'deployment_total{status="lost"} > 0'}
  - {alert: OneArmLives, expr: up > 1 or up == 0}
  - {alert: Excluded, expr: up == 0 unless up > 1}
  - {alert: BothAreNeeded, expr: up == 0 and up > 1}
  - {alert: Alive, expr: absent(up > 1)}
  - {record: recorded, expr: up > 1}
  - {alert: OfARecorded, expr: recorded > 0}
  - {alert: NoLe, expr: 'histogram_quantile(0.9, sum(rate(x_bucket[5m]))) > 1'}
  - {alert: NoLeExcludes, expr: 'up == 0 unless on() histogram_quantile(0.9, sum(rate(x_bucket[5m]))) > 1'}
  - {alert: NoLeIsFilled, expr: 'up == fill_right(0) histogram_quantile(0.9, sum(rate(x_bucket[5m])))'}
)");
  const std::optional<RuleFile> file = ParseRuleFile(source, diagnostics);
  ASSERT_TRUE(file);
  const schema::Schema schema = schema::Schema::Ours();
  std::string dead;
  for (const Rule* rule : Lint({&*file}, schema).cannot_fire) {
    dead += std::string(rule->name.view()) + " ";
  }
  EXPECT_EQ(dead, "Dead DeadByItsSelector BothAreNeeded OfARecorded NoLe ");
}

// So many that several threads share them.
TEST(Lint, ManyRulesAreFoundInTheirOrder) {
  std::string text = "groups:\n- name: g\n  rules:\n";
  for (int i = 0; i < 2000; ++i) {
    text += "  - {alert: A" + std::to_string(i) + ", expr: up > 1}\n";
  }
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(
      std::make_shared<base::Source>("many.yml", text), diagnostics);
  ASSERT_TRUE(file);
  const schema::Schema schema = schema::Schema::Ours();
  const LintResult result = Lint({&*file}, schema);
  ASSERT_EQ(result.findings.size(), 2000u);
  for (std::size_t i = 0; i < 2000; ++i) {
    EXPECT_EQ(result.findings[i].rule->number, i + 1);
  }
}

// Found in real rules and judged: alert texts of kube-prometheus read
// $labels.job, which their `by (namespace, service)` removes;
// integration=~`.*` matches everything, and one alert has `for: 0s`.
TEST(Lint, RealRulesHaveOnlyTheseDefects) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  std::vector<std::string> found;
  std::size_t rules = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           tests::Corpus() + "/rules")) {
    if (entry.path().filename() == "tests.yaml") continue;
    if (entry.path().extension() != ".yaml") continue;
    base::Diagnostics diagnostics;
    const std::optional<RuleFile> file =
        ParseRuleFile(std::make_shared<base::Source>(entry.path().filename(),
                                                     ReadAll(entry.path())),
                      diagnostics);
    ASSERT_TRUE(file) << entry.path();
    rules += file->rule_count();
    // As kube-prometheus configures its Prometheus.
    schema::SchemaOptions options = schema::SchemaOptions::Default();
    options.jobs[0].scrape_interval = 30'000;
    const schema::Schema schema = schema::Schema::Ours(options);
    for (const Finding& finding : Lint({&*file}, schema).findings) {
      const base::Position at =
          file->source->PositionAt(finding.diagnostic.span.begin);
      found.push_back(file->source->name() + ":" + std::to_string(at.line) +
                      " " + finding.diagnostic.code);
    }
  }
  EXPECT_EQ(rules, 298u);
  EXPECT_THAT(found,
              testing::UnorderedElementsAre(
                  "alerts.yaml:550 bad-quantile",
                  "alertmanager-prometheusRule.yaml:61 lost-label",
                  "alertmanager-prometheusRule.yaml:66 needless-regexp",
                  "alertmanager-prometheusRule.yaml:68 needless-regexp",
                  "kubernetesControlPlane-prometheusRule.yaml:812 default-for",
                  "alertmanager-prometheusRule.yaml:76 lost-label",
                  "alertmanager-prometheusRule.yaml:91 lost-label",
                  "alertmanager-prometheusRule.yaml:104 lost-label",
                  "alertmanager-prometheusRule.yaml:123 lost-label"));
}

}  // namespace
}  // namespace alerts
