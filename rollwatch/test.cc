// `rollwatch test`: rule unit tests in promtool's format.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/unit_tests/unit_test.h"
#include "base/parallel.h"
#include "promql/engine/compatibility.h"
#include "re2/re2.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/folders.h"
#include "rollwatch/test_report.h"
#include "rollwatch/tested_files.h"

namespace rollwatch {
namespace {

constexpr std::string_view kTestExamples =
    "rollwatch test tests.yml\n"
    "rollwatch test --run 'rollback|canary' --junit results.xml tests/*.yml\n"
    "rollwatch test rules tests.yml";

struct TestOptions {
  std::vector<std::string> files;
  std::vector<std::string> run;
  std::string format = "text";
  std::string junit;
  bool diff = false;
  bool debug = false;
  bool ignore_unknown_fields = false;
  std::string compat;
  std::string coverage;  // Per cent; empty: nobody asks.
  std::int64_t jobs = 0;
};

bool WriteText(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    std::fprintf(stderr, "rollwatch test: error: cannot write %s\n",
                 path.c_str());
  }
  return static_cast<bool>(out);
}

// Nothing at all is one too.
bool IsPercentage(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return *end == '\0' && value >= 0 && value <= 100;
}

// False, and said, when too little is covered.
bool IsCovered(const TestOptions& options, const alerts::Coverage& coverage) {
  const double least = std::strtod(options.coverage.c_str(), nullptr);
  if (coverage.percent() >= least) return true;
  std::fprintf(stderr, "rollwatch test: coverage is %.1f%%, below %s%%\n",
               coverage.percent(), options.coverage.c_str());
  return false;
}

int RunAll(const TestOptions& options, const TestedFilesOptions& shared) {
  std::vector<std::string> paths;
  const bool all =
      ReplaceFolders("test", FileKind::kTests, options.files, paths);
  const std::vector<TestedFile> files = RunTestFiles(paths, shared);
  const alerts::Coverage coverage = CoverageOf(files);
  const bool covers = !options.coverage.empty();
  bool passed = all;
  for (const TestedFile& file : files) {
    passed = passed && file.passed();
    for (const alerts::UnitTestResult& test : file.report.tests) {
      for (const std::string& series : test.series) {
        std::fprintf(stderr, "DEBUG: %s\n", series.c_str());
      }
    }
    if (options.format != "text") continue;
    std::printf("Unit Testing:  %s\n", file.path.c_str());
    std::fflush(stdout);
    PrintTestedFile(file);
    std::fflush(stdout);
  }
  if (options.format == "json") {
    std::fputs(TestsAsJson(files, covers ? &coverage : nullptr).c_str(),
               stdout);
  } else if (covers) {
    std::fputs(CoverageAsText(coverage).c_str(), stdout);
    std::fflush(stdout);
  }
  if (covers) passed = IsCovered(options, coverage) && passed;
  if (!options.junit.empty() &&
      !WriteText(options.junit, TestsAsJunit(files, base::Now()))) {
    return kExitFailed;
  }
  return passed ? kExitOk : kExitFailed;
}

// promtool's: any of the expressions, anywhere in the name.
std::unique_ptr<RE2> Selection(const std::vector<std::string>& expressions) {
  std::string joined;
  for (const std::string& expression : expressions) {
    joined += (joined.empty() ? "" : "|") + expression;
  }
  RE2::Options quiet;
  quiet.set_log_errors(false);
  return std::make_unique<RE2>(joined, quiet);
}

}  // namespace

int RunTest(const Arguments& arguments) {
  TestOptions options;
  CommandLine line("test", "runs the unit tests of alert and recording rules",
                   kTestExamples);
  line.Positionals("FILE|DIR", &options.files,
                   "test files in promtool's format, or folders of them, also "
                   "behind \"rules\"",
                   /*required=*/true);
  line.Repeated("--run", &options.run,
                "run only tests whose name this matches; may be repeated",
                "REGEXP");
  line.Flag("--diff", &options.diff, "show only what differs");
  line.Flag("--debug", &options.debug,
            "show all series at the end of each test, on stderr");
  line.Flag("--ignore-unknown-fields", &options.ignore_unknown_fields,
            "of rule files");
  line.OptionalValue("--coverage", &options.coverage, "0",
                     "what of the rules the tests reached; --coverage=MIN "
                     "exits 1 below MIN per cent");
  line.Option("--junit", &options.junit, "write JUnit XML to this file",
              "FILE");
  line.Option(
      "--jobs", &options.jobs,
      "tests that run at a time; 0: as many as the machine has threads");
  line.Option("--compat", &options.compat,
              "reads test files and answers as this release does, such as 2.42",
              "VERSION");
  line.Choice("--format", &options.format, {"text", "json"}, "of the results");
  // Typed as for promtool.
  const bool rules = !arguments.empty() && arguments[0] == "rules";
  if (const auto exit =
          line.Parse({arguments.begin() + (rules ? 1 : 0), arguments.end()})) {
    return *exit;
  }
  const std::unique_ptr<RE2> selection = Selection(options.run);
  if (!selection->ok()) {
    return WrongUse("test", "--run: " + selection->error());
  }
  TestedFilesOptions shared;
  shared.ignore_unknown_fields = options.ignore_unknown_fields;
  shared.tests.diff = options.diff;
  shared.tests.debug = options.debug;
  shared.tests.coverage = !options.coverage.empty();
  if (!IsPercentage(options.coverage)) {
    return WrongUse(
        "test", "--coverage is no number from 0 to 100: " + options.coverage);
  }
  shared.tests.selected = [&](std::string_view name) {
    return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()),
                             *selection);
  };
  if (!options.compat.empty()) {
    shared.tests.compat = promql::ParseVersion(options.compat);
    if (!shared.tests.compat) {
      return WrongUse("test",
                      "--compat is no release of Prometheus, such as 2.53 or "
                      "3: " +
                          options.compat);
    }
  }
  if (options.jobs < 0) return WrongUse("test", "--jobs is negative");
  shared.jobs = options.jobs == 0 ? base::HardwareThreads()
                                  : static_cast<std::size_t>(options.jobs);
  return RunAll(options, shared);
}

}  // namespace rollwatch
