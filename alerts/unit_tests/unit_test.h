// Runs rule unit tests, with promtool's verdicts.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/unit_tests/unit_test_file.h"
#include "base/diagnostic.h"
#include "base/source.h"

namespace alerts {

struct UnitTestOptions {
  // Which tests run, by name; empty: all.
  std::function<bool(std::string_view)> selected;
  bool ignore_unknown_fields = false;  // In rule files.
  // Failures show a diff instead of both sides in full.
  bool diff = false;
  // Takes each test's series at its end, a line each, when set.
  std::function<void(std::string_view)> debug;
};

// One thing that went wrong.
struct UnitTestFailure {
  std::string message;  // Promtool's own text, of several lines.
  base::Span span;      // In the test file; {0, 0} when it is no place there.
  std::string hint;     // What differs, in a line or more; may be empty.
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

  std::size_t failure_count() const;
};

struct UnitTestReport {
  std::vector<UnitTestResult> tests;

  bool passed() const;
};

// Runs the tests of a file against the groups of `rule_files`, which the file's
// patterns stand for. What promtool passes over in silence is reported as a
// warning, at its place in the test file.
UnitTestReport RunUnitTests(
    const UnitTestFile& file,
    const std::vector<std::shared_ptr<const base::Source>>& rule_files,
    const UnitTestOptions& options, base::Diagnostics& warnings);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_H_
