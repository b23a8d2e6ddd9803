// One unit test: its series, its evaluations, its assertions.

#ifndef ALERTS_UNIT_TESTS_TEST_RUN_H_
#define ALERTS_UNIT_TESTS_TEST_RUN_H_

#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "alerts/unit_tests/unit_test.h"
#include "alerts/unit_tests/unit_test_file.h"

namespace alerts {

// What all tests of a file share.
struct TestContext {
  UnitTestFile file;
  UnitTestOptions options;
  std::vector<GroupDefinition> groups;  // In the order of evaluation.
  std::vector<std::string> errors;      // Of the rule files.
};

// Evaluates the groups from the test's start to its last assertion, and checks
// each assertion when it is due. Safe to call from many threads.
UnitTestResult RunTest(const TestContext& context, const UnitTest& test);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_TEST_RUN_H_
