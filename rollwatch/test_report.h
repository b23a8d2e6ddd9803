// What `rollwatch test` ran, as text, JSON and JUnit XML.

#ifndef ROLLWATCH_TEST_REPORT_H_
#define ROLLWATCH_TEST_REPORT_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "rollwatch/tested_files.h"

namespace rollwatch {

// As promtool: SUCCESS on stdout, FAILED and what failed on stderr; with each
// failure its place in the test file and what differs.
void PrintTestedFile(const TestedFile& file);

// {"passed": bool, "files": [{"file", "passed", "errors", "findings",
// "unmatched", "tests"}], "coverage": {"percent", "reached", "items",
// "rules"}}; the last only when it is given.
std::string TestsAsJson(const std::vector<TestedFile>& files,
                        const alerts::Coverage* coverage = nullptr);

// The whole, and for each rule what its tests reached and what not.
std::string CoverageAsText(const alerts::Coverage& coverage);

// A testsuite a file, a testcase an assertion.
std::string TestsAsJunit(const std::vector<TestedFile>& files,
                         base::Timestamp now);

}  // namespace rollwatch

#endif  // ROLLWATCH_TEST_REPORT_H_
