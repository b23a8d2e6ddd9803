// `rollwatch test`: rule unit tests in promtool's format.

#include <glob.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/unit_tests/unit_test.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "re2/re2.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/files.h"
#include "rollwatch/test_report.h"

namespace rollwatch {
namespace {

constexpr std::string_view kExamples =
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
};

// The files that a pattern stands for, sorted.
std::vector<std::string> Glob(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

// The rule files of a test file; patterns are relative to it.
absl::StatusOr<std::vector<std::shared_ptr<const base::Source>>> LoadRuleFiles(
    const alerts::UnitTestFile& tests, TestedFile& file) {
  const std::filesystem::path folder =
      std::filesystem::path(file.path).parent_path();
  std::vector<std::shared_ptr<const base::Source>> sources;
  for (const std::string& pattern : tests.rule_files) {
    const std::string resolved =
        pattern.empty() ? pattern
                        : (folder / pattern).lexically_normal().string();
    const std::vector<std::string> paths = Glob(resolved);
    if (paths.empty()) file.unmatched.push_back(resolved);
    for (const std::string& path : paths) {
      absl::StatusOr<std::string> text = ReadFile(path);
      if (!text.ok()) return text.status();
      sources.push_back(
          std::make_shared<const base::Source>(path, *std::move(text)));
    }
  }
  return sources;
}

TestedFile RunFile(const std::string& path,
                   const alerts::UnitTestOptions& options) {
  TestedFile file;
  file.path = path;
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    file.unreadable = std::string(text.status().message());
    return file;
  }
  file.source = std::make_shared<const base::Source>(path, *std::move(text));
  const auto tests = alerts::ParseUnitTestFile(file.source, file.diagnostics);
  if (!tests) return file;
  const auto rules = LoadRuleFiles(*tests, file);
  if (!rules.ok()) {
    file.unreadable = std::string(rules.status().message());
    return file;
  }
  file.valid = true;
  file.report = alerts::RunUnitTests(*tests, *rules, options, file.diagnostics);
  return file;
}

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

int RunAll(const TestOptions& options, const alerts::UnitTestOptions& shared) {
  std::vector<TestedFile> files;
  bool passed = true;
  for (const std::string& path : options.files) {
    files.push_back(RunFile(path, shared));
    passed = passed && files.back().passed();
    if (options.format != "text") continue;
    std::printf("Unit Testing:  %s\n", path.c_str());
    std::fflush(stdout);
    PrintTestedFile(files.back());
    std::fflush(stdout);
  }
  if (options.format == "json") {
    std::fputs(TestsAsJson(files).c_str(), stdout);
  }
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
                   kExamples);
  line.Positionals("FILE", &options.files,
                   "test files in promtool's format, also behind \"rules\"",
                   /*required=*/true);
  line.Repeated("--run", &options.run,
                "run only tests whose name this matches; may be repeated",
                "REGEXP");
  line.Flag("--diff", &options.diff, "show only what differs");
  line.Flag("--debug", &options.debug,
            "show all series at the end of each test, on stderr");
  line.Flag("--ignore-unknown-fields", &options.ignore_unknown_fields,
            "of rule files");
  line.Option("--junit", &options.junit, "write JUnit XML to this file",
              "FILE");
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
  alerts::UnitTestOptions shared;
  shared.ignore_unknown_fields = options.ignore_unknown_fields;
  shared.diff = options.diff;
  shared.selected = [&](std::string_view name) {
    return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()),
                             *selection);
  };
  if (options.debug) {
    shared.debug = [](std::string_view text) {
      std::fprintf(stderr, "DEBUG: %.*s\n", static_cast<int>(text.size()),
                   text.data());
    };
  }
  return RunAll(options, shared);
}

}  // namespace rollwatch
