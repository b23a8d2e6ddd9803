// What `rollwatch test` ran, as text, JSON and JUnit XML.

#ifndef ROLLWATCH_TEST_REPORT_H_
#define ROLLWATCH_TEST_REPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "alerts/unit_tests/unit_test.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"

namespace rollwatch {

// One test file.
struct TestedFile {
  std::string path;
  std::string unreadable;  // Why, when it could not be read.
  std::shared_ptr<const base::Source> source;  // Null when unreadable.
  bool valid = false;  // Else `diagnostics` says why nothing ran.
  base::Diagnostics diagnostics;
  std::vector<std::string> unmatched;  // Patterns that no rule file matches.
  alerts::UnitTestReport report;

  bool passed() const { return valid && report.passed(); }
};

// As promtool: SUCCESS on stdout, FAILED and what failed on stderr; with each
// failure its place in the test file and what differs.
void PrintTestedFile(const TestedFile& file);

// {"passed": bool, "files": [{"file", "passed", "warnings", "errors",
// "tests"}]}
std::string TestsAsJson(const std::vector<TestedFile>& files);

// A testsuite a file, a testcase an assertion.
std::string TestsAsJunit(const std::vector<TestedFile>& files,
                         base::Timestamp now);

}  // namespace rollwatch

#endif  // ROLLWATCH_TEST_REPORT_H_
