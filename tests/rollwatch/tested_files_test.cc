#include "rollwatch/tested_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "rollwatch/test_report.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

constexpr std::string_view kRules = R"(groups:
- name: g
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: job:up:sum{job=~"a.*"} == 0
    for: 2m
    annotations: {summary: '{{ $labels.job }} is {{ $value }}'}
)";

// Every third test fails.
std::string Tests(int file) {
  std::string text = "rule_files: [rules.yml]\ntests:\n";
  for (int i = 0; i < 6; ++i) {
    absl::StrAppendFormat(
        &text,
        "- name: test %d of %d\n"
        "  interval: 1m\n"
        "  input_series:\n"
        "  - {series: 'up{job=\"a%d\"}', values: '0x10'}\n"
        "  alert_rule_test:\n"
        "  - eval_time: 5m\n"
        "    alertname: Down\n"
        "    exp_alerts: [{exp_labels: {job: a%d}, exp_annotations: {summary: "
        "'a%d is 0'}}]\n"
        "  - {eval_time: 1m, alertname: Nope}\n",
        i, file, i, i, i % 3 == 2 ? i + 1 : i);
  }
  return text;
}

TEST(TestedFiles, AreTheSameOnAnyNumberOfThreads) {
  const tests::TemporaryFolder folder;
  folder.Write("rules.yml", kRules);
  std::vector<std::string> paths;
  for (int i = 0; i < 5; ++i) {
    paths.push_back(folder.Write(absl::StrFormat("t%d.yml", i), Tests(i)));
  }
  paths.push_back(folder.Path("missing.yml"));
  TestedFilesOptions options;
  const std::string alone = TestsAsJson(RunTestFiles(paths, options));
  EXPECT_THAT(alone, testing::HasSubstr("\"name\": \"test 2 of 4\""));
  for (const std::size_t jobs : {2, 7, 64}) {
    options.jobs = jobs;
    EXPECT_EQ(TestsAsJson(RunTestFiles(paths, options)), alone) << jobs;
  }
}

TEST(TestedFiles, ARuleFileThatCannotBeReadFailsEachTest) {
  const tests::TemporaryFolder folder;
  const auto none = RunTestFiles({folder.Write("a.yml", "rule_files: [.]\n")},
                                 TestedFilesOptions());
  EXPECT_TRUE(none[0].passed());
  const auto one =
      RunTestFiles({folder.Write("b.yml", "rule_files: [.]\ntests: [{}]\n")},
                   TestedFilesOptions());
  EXPECT_FALSE(one[0].passed());
  EXPECT_TRUE(one[0].valid);
}

TEST(TestedFiles, ABadPatternFailsTheFile) {
  const tests::TemporaryFolder folder;
  const auto files = RunTestFiles(
      {folder.Write("a.yml", "rule_files: ['[']\n")}, TestedFilesOptions());
  EXPECT_EQ(files[0].unreadable, "syntax error in pattern");
}

}  // namespace
}  // namespace rollwatch
