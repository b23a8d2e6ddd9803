// Runs rule unit tests, with promtool's verdicts.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/evaluation.h"
#include "alerts/unit_tests/coverage.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "promql/engine/compatibility.h"

namespace alerts {

struct UnitTestOptions {
  // Which tests run, by name; empty: all.
  std::function<bool(std::string_view)> selected;
  // Failures show a diff instead of both sides in full.
  bool diff = false;
  // Results hold all series of the test.
  bool debug = false;
  // Results say what was reached of the rules.
  bool coverage = false;
  // Whose answers queries give; nothing: today's.
  std::optional<promql::Version> compat;
};

// One thing that went wrong.
struct UnitTestFailure {
  std::string message;  // Promtool's own text, of several lines.
  base::Span span;      // In the test file; {0, 0} when it is no place there.
  std::string hint;     // What differs, in a line or more; may be empty.
  // Where in an expression series were lost, in lines; may be empty.
  std::string explanation;
};

// One assertion, or the test itself where it could not run to its assertions.
struct UnitTestCase {
  std::string name;  // "alert Down at 5m", "query up at 0s".
  base::Span span;
  std::vector<UnitTestFailure> failures;  // None: it passed.
};

struct UnitTestResult {
  std::string name;  // The test's, or "unnamed#2": counts from 0.
  base::Span span;
  std::vector<UnitTestCase> cases;
  // What promtool passes over in silence, at its place in the test file.
  base::Diagnostics warnings;
  std::vector<std::string> series;     // At the end of the test; with `debug`.
  std::vector<RuleCoverage> coverage;  // Of all rules; with `coverage`.

  std::size_t failure_count() const;
};

struct UnitTestReport {
  std::vector<UnitTestResult> tests;

  bool passed() const;
};

// A rule file as tests use it. Immutable once read, so that tests on many
// threads share it.
struct TestedRules {
  std::string path;
  std::vector<GroupDefinition> groups;
  std::vector<std::string> errors;  // Why it has no groups.
};
// With `compat`, what that release does not know is an error.
TestedRules ReadTestedRules(
    std::shared_ptr<const base::Source> source, bool ignore_unknown_fields,
    std::optional<promql::Version> compat = std::nullopt);

// The tests of one file. Safe to use from many threads.
class UnitTestSuite {
 public:
  // `rules` are what the file's patterns stand for, in order; one that is there
  // twice counts once.
  UnitTestSuite(UnitTestFile file,
                const std::vector<std::shared_ptr<const TestedRules>>& rules,
                UnitTestOptions options);
  ~UnitTestSuite();
  UnitTestSuite(UnitTestSuite&&) noexcept;
  UnitTestSuite& operator=(UnitTestSuite&&) noexcept;

  // What promtool passes over in silence, of the file as a whole.
  const base::Diagnostics& warnings() const;

  // All that there is to reach of the rules, nothing of it reached yet; empty
  // without `coverage`.
  const std::vector<RuleCoverage>& coverage() const;

  // The number of tests that are selected.
  std::size_t size() const;
  // REQUIRES: i < size()
  UnitTestResult Run(std::size_t i) const;

 private:
  struct Rep;
  std::unique_ptr<const Rep> rep_;
};

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_H_
