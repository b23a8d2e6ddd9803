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

// {"passed": bool, "files": [{"file", "passed", "warnings", "errors",
// "tests"}]}
std::string TestsAsJson(const std::vector<TestedFile>& files);

// A testsuite a file, a testcase an assertion.
std::string TestsAsJunit(const std::vector<TestedFile>& files,
                         base::Timestamp now);

}  // namespace rollwatch

#endif  // ROLLWATCH_TEST_REPORT_H_
