// `rollwatch test` as a program, beside the real promtool.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "tests/support/corpus.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

using tests::Finished;

bool HasPromtool() { return tests::Run({"promtool", "--version"}).status == 0; }

// Our verdict by file where it is not promtool 2.42's: the rows "test FILE".
std::map<std::string, std::string> Differences() {
  std::map<std::string, std::string> rows;
  std::ifstream in(ROLLWATCH_SOURCE_DIR "/tests/alerts/testdata/verdicts.tsv");
  for (std::string line; std::getline(in, line);) {
    std::istringstream row(line);
    std::string file;
    std::string verdict;
    std::getline(row, file, '\t');
    std::getline(row, verdict, '\t');
    if (file.starts_with("test ")) rows[file.substr(5)] = verdict;
  }
  return rows;
}

TEST(TestCommand, TakesTheTestsOfAFolder) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.Path("a");
  std::filesystem::create_directory(path);
  std::filesystem::create_directory(folder.Path("none"));
  folder.Write("a/rules.yml", "groups: []\n");
  folder.Write("a/prometheus.yml", "global: {}\nrule_files: [rules.yml]\n");
  folder.Write("a/b_test.yml", "tests: [{promql_expr_test: [{expr: up}]}]\n");
  folder.Write("a/c_test.yaml", "rule_files: [rules.yml]\n");
  folder.Write("none/rules.yml", "groups: []\n");
  const Finished run = tests::Run({tests::Rollwatch(), "test", path});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "Unit Testing:  " + path +
                         "/b_test.yml\n  SUCCESS\n\nUnit Testing:  " + path +
                         "/c_test.yaml\n  SUCCESS\n\n");
  EXPECT_THAT(run.err, testing::HasSubstr("this file has no tests"));
  const Finished none =
      tests::Run({tests::Rollwatch(), "test", folder.Path("none")});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, testing::HasSubstr("no file with tests"));
}

TEST(TestCommand, HasPromtoolsVerdictOnTheCorpusButForTheRowsOfVerdictsTsv) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  if (!HasPromtool()) GTEST_SKIP() << "promtool is not installed";
  std::map<std::string, std::string> differences = Differences();
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(tests::Corpus() + "/promtool")) {
    const std::string file = "promtool/" + entry.path().filename().string();
    const int ours =
        tests::Run({tests::Rollwatch(), "test", entry.path()}).status;
    const int theirs =
        tests::Run({"promtool", "test", "rules", entry.path()}).status;
    ++files;
    const auto row = differences.find(file);
    if (row == differences.end()) {
      EXPECT_EQ(ours, theirs) << file;
      continue;
    }
    EXPECT_NE(ours, theirs) << file << " needs no row any more";
    EXPECT_EQ(ours, row->second == "passes" ? 0 : 1) << file;
    differences.erase(row);
  }
  EXPECT_GE(files, 13U);
  EXPECT_TRUE(differences.empty()) << differences.begin()->first;
}

// The expected values were read off the real promtool.
TEST(TestCommand, GoesThroughEveryStateAsPromtoolDoes) {
  const std::string path =
      ROLLWATCH_SOURCE_DIR "/tests/alerts/testdata/states/tests.yml";
  const Finished ours = tests::Run({tests::Rollwatch(), "test", path});
  EXPECT_EQ(ours.status, 0) << ours.err;
  if (!HasPromtool()) GTEST_SKIP() << "promtool is not installed";
  EXPECT_EQ(tests::Run({"promtool", "test", "rules", path}).status, 0);
}

TEST(TestCommand, PassesTheTestsOfTheExamples) {
  const Finished run =
      tests::Run({tests::Rollwatch(), "test",
                  ROLLWATCH_SOURCE_DIR "/examples/alerts_test.yml"});
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(TestCommand, TheTestsOfTheExamplesReachEverything) {
  const Finished run =
      tests::Run({tests::Rollwatch(), "test", "--coverage=100",
                  ROLLWATCH_SOURCE_DIR "/examples/alerts_test.yml",
                  ROLLWATCH_SOURCE_DIR "/examples/alerts_days_test.yml"},
                 {}, tests::milliseconds(110'000));
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("Coverage: 100.0%, "));
}

constexpr std::string_view kCoveredRules = R"(groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0 or absent(up)
    for: 2m
    annotations: {text: '{{ if gt $value 0.5 }}gone{{ else }}down{{ end }}'}
  - record: sum
    expr: sum(up)
)";

TEST(TestCommand, CoverageBelowTheLeastFails) {
  const tests::TemporaryFolder folder;
  folder.Write("r.yml", kCoveredRules);
  const std::string path = folder.Write("t.yml", R"(rule_files: [r.yml]
tests:
- interval: 1m
  input_series: [{series: up, values: '1 0x10'}]
  alert_rule_test:
  - {eval_time: 0m, alertname: Down}
  - {eval_time: 3m, alertname: Down, exp_alerts: [{exp_annotations: {text: down}}]}
)");
  const Finished low =
      tests::Run({tests::Rollwatch(), "test", "--coverage=55.5", path});
  EXPECT_EQ(low.status, 0) << low.err;
  EXPECT_THAT(low.out,
              testing::HasSubstr(
                  "Coverage: 55.6%, 5 of 9 reached\n  " + folder.Path("r.yml") +
                  "\n    Down: 4 of 8\n"
                  "      not reached: pending\n"
                  "      not reached: resolved\n"
                  "      not reached: annotation text: {{if gt $value 0.5}}\n"
                  "      not reached: or: absent(up)\n"
                  "    sum: 1 of 1\n"));
  const Finished high =
      tests::Run({tests::Rollwatch(), "test", "--coverage=56", path});
  EXPECT_EQ(high.status, 1);
  EXPECT_THAT(high.err, testing::HasSubstr("coverage is 55.6%, below 56%"));
  const Finished json = tests::Run(
      {tests::Rollwatch(), "test", "--coverage", "--format", "json", path});
  EXPECT_THAT(json.out, testing::HasSubstr("\"what\": \"firing\""));
  EXPECT_EQ(
      tests::Run({tests::Rollwatch(), "test", "--coverage=x", path}).status, 2);
}

// However the tests do not run: none is selected, or one cannot be read.
TEST(TestCommand, NothingIsCoveredWhenNoTestRuns) {
  const tests::TemporaryFolder folder;
  folder.Write("r.yml", kCoveredRules);
  const std::string none =
      folder.Write("none.yml", "rule_files: [r.yml]\ntests: []\n");
  const std::string bad = folder.Write("bad.yml", R"(rule_files: [r.yml]
tests:
- input_series: [{series: up, values: x}]
)");
  const std::string no_rules = folder.Write("no.yml", "tests: []\n");
  const auto coverage = [](const std::string& path) {
    const Finished run = tests::Run(
        {tests::Rollwatch(), "test", "--coverage=1", "--run", "a", path});
    EXPECT_EQ(run.status, 1);
    return run.out;
  };
  EXPECT_THAT(coverage(none),
              testing::HasSubstr("Coverage: 0.0%, 0 of 9 reached\n"));
  EXPECT_THAT(coverage(bad),
              testing::HasSubstr("Coverage: 0.0%, 0 of 9 reached\n"));
  EXPECT_THAT(coverage(no_rules),
              testing::HasSubstr("Coverage: 0.0%, 0 of 0 reached\n"));
}

TEST(TestCommand, PassesTheExampleOfOurOwnFields) {
  const Finished run =
      tests::Run({tests::Rollwatch(), "test",
                  ROLLWATCH_SOURCE_DIR "/examples/extended_test.yml"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
}

// Reads the fields off the reader's table: {"eval_time", ...
TEST(TestCommand, EveryFieldIsDocumented) {
  const std::string reader = tests::ReadFile(
      ROLLWATCH_SOURCE_DIR "/alerts/unit_tests/unit_test_file.cc");
  const std::string document =
      tests::ReadFile(ROLLWATCH_SOURCE_DIR "/docs/unit-tests.md");
  const std::regex field("\\{\"([a-z_]+)\",");
  std::size_t fields = 0;
  for (std::sregex_iterator it(reader.begin(), reader.end(), field), end;
       it != end; ++it, ++fields) {
    EXPECT_THAT(document, testing::HasSubstr("`" + (*it)[1].str() + "`"));
  }
  EXPECT_GT(fields, 35U);
}

TEST(TestCommand, PassesTheTestsOfThanos) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  const Finished run =
      tests::Run({tests::Rollwatch(), "test",
                  tests::Corpus() + "/rules/thanos/tests.yaml"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("  SUCCESS\n\n"));
}

TEST(TestCommand, FailsWhenOneExpectedLabelIsChanged) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  const tests::TemporaryFolder folder;
  const std::string thanos = tests::Corpus() + "/rules/thanos/";
  folder.Write("alerts.yaml", tests::ReadFile(thanos + "alerts.yaml"));
  folder.Write("rules.yaml", tests::ReadFile(thanos + "rules.yaml"));
  std::string text = tests::ReadFile(thanos + "tests.yaml");
  const std::string label = "pod: prometheus-1";
  const std::size_t at = text.find(label);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, label.size(), "pod: prometheus-2");
  const Finished run = tests::Run(
      {tests::Rollwatch(), "test", folder.Write("tests.yaml", text)});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, testing::HasSubstr("  FAILED:\n"));
  EXPECT_THAT(run.err, testing::HasSubstr("tests.yaml:"));
  EXPECT_THAT(run.err,
              testing::HasSubstr("label pod: expected \"prometheus-2\", got "
                                 "\"prometheus-1\""));
}

TEST(TestCommand, FailsWithPromtoolsTexts) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  const Finished run = tests::Run({tests::Rollwatch(), "test", "rules",
                                   tests::Corpus() + "/promtool/failing.yml"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err,
              testing::HasSubstr("    name: Failing alert test,\n"
                                 "    alertname: InstanceDown, time: 5m, \n"
                                 "        exp:[], \n"
                                 "        got:[\n"));
}

TEST(TestCommand, WarnsOfPatternsWithoutFiles) {
  const tests::TemporaryFolder folder;
  const Finished run =
      tests::Run({tests::Rollwatch(), "test",
                  folder.Write("t.yml", "rule_files: [no*.yml]\n")});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.err, testing::HasSubstr("  WARNING: no file match pattern " +
                                          folder.Path("no*.yml")));
}

TEST(TestCommand, WritesJsonAndJunit) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.Write("t.yml", R"(tests:
- name: a<b
  promql_expr_test:
  - {expr: vector(1), eval_time: 0m, exp_samples: [{value: 1}]}
  - {expr: vector(1), eval_time: 1m}
)");
  const Finished run =
      tests::Run({tests::Rollwatch(), "test", "--format", "json", "--junit",
                  folder.Path("out.xml"), path});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.out, testing::HasSubstr("\"passed\": false"));
  EXPECT_THAT(run.out, testing::HasSubstr("\"query vector(1) at 1m\""));
  const std::string junit = tests::ReadFile(folder.Path("out.xml"));
  EXPECT_THAT(junit, testing::HasSubstr("tests=\"2\" failures=\"1\""));
  EXPECT_THAT(junit, testing::HasSubstr("classname=\"a&lt;b\""));
  EXPECT_THAT(junit, testing::HasSubstr("line=\"5\""));
}

TEST(TestCommand, WrongUseExitsTwo) {
  EXPECT_EQ(tests::Run({tests::Rollwatch(), "test"}).status, 2);
  EXPECT_EQ(
      tests::Run({tests::Rollwatch(), "test", "--run", "(", "x.yml"}).status,
      2);
}

TEST(TestCommand, AMissingFileFails) {
  const Finished run =
      tests::Run({tests::Rollwatch(), "test", "no-such-file.yml"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, testing::HasSubstr("no-such-file.yml"));
}

}  // namespace
}  // namespace rollwatch
