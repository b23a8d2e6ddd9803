// Reads test files and the rule files they name, and runs their tests.

#ifndef ROLLWATCH_TESTED_FILES_H_
#define ROLLWATCH_TESTED_FILES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "alerts/unit_tests/unit_test.h"
#include "base/diagnostic.h"
#include "base/source.h"

namespace rollwatch {

// One test file and how it went.
struct TestedFile {
  std::string path;
  std::string unreadable;  // Why, when it could not be read.
  std::shared_ptr<const base::Source> source;  // Null when unreadable.
  bool valid = false;             // Else `diagnostics` says why nothing ran.
  base::Diagnostics diagnostics;  // Errors, or what to warn of.
  std::vector<std::string> unmatched;  // Patterns that no rule file matches.
  alerts::UnitTestReport report;
  // All that there is to reach of its rules; empty when nobody asks.
  std::vector<alerts::RuleCoverage> coverage;

  bool passed() const { return valid && report.passed(); }
};

struct TestedFilesOptions {
  alerts::UnitTestOptions tests;
  bool ignore_unknown_fields = false;  // In rule files.
  std::size_t jobs = 1;                // Threads.
};

// The results are in the order of the files and of the tests in them, whatever
// the number of threads. A rule file that several test files name is read once.
std::vector<TestedFile> RunTestFiles(const std::vector<std::string>& paths,
                                     const TestedFilesOptions& options);

// What all of them together reached, with options.tests.coverage.
alerts::Coverage CoverageOf(const std::vector<TestedFile>& files);

}  // namespace rollwatch

#endif  // ROLLWATCH_TESTED_FILES_H_
