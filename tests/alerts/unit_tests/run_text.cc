#include "tests/alerts/unit_tests/run_text.h"

#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_format.h"

namespace alerts {
namespace {

std::shared_ptr<const base::Source> SourceOf(std::string name,
                                             std::string_view text) {
  return std::make_shared<const base::Source>(std::move(name),
                                              std::string(text));
}

}  // namespace

Ran RunText(std::string_view tests, std::string_view rules,
            const UnitTestOptions& options) {
  Ran ran;
  base::Diagnostics diagnostics;
  const auto file =
      ParseUnitTestFile(SourceOf("t.yml", tests), diagnostics, options.compat);
  if (!file) {
    for (const base::Diagnostic& row : diagnostics.all()) {
      ran.failures += row.message + "\n";
    }
    return ran;
  }
  const UnitTestSuite suite(
      *file,
      {std::make_shared<const TestedRules>(
          ReadTestedRules(SourceOf("r.yml", rules), false, options.compat))},
      options);
  UnitTestReport report;
  for (std::size_t i = 0; i < suite.size(); ++i) {
    report.tests.push_back(suite.Run(i));
  }
  for (const base::Diagnostic& row : suite.warnings().all()) {
    ran.warnings += row.code + " ";
  }
  for (const UnitTestResult& test : report.tests) {
    for (const base::Diagnostic& row : test.warnings.all()) {
      ran.warnings += row.code + " ";
    }
    for (const std::string& line : test.series) ran.series += line + "\n";
    for (const UnitTestCase& row : test.cases) {
      ran.cases += (row.failures.empty() ? "+" : "-") + row.name + "\n";
      for (const UnitTestFailure& failure : row.failures) {
        ran.failures += failure.message + "\n";
        ran.hints += failure.hint;
        ran.explanations += failure.explanation;
      }
    }
  }
  for (const base::Diagnostic& row : diagnostics.all()) {
    ran.warnings += row.code + " ";
  }
  EXPECT_EQ(report.passed(), ran.failures.empty());
  return ran;
}

std::string OneTest(std::string_view body) {
  return absl::StrFormat("tests:\n  - interval: 1m\n%s", body);
}

}  // namespace alerts
