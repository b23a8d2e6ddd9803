// rollwatch promqltest: runs Prometheus' load / eval / expect scripts.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/source.h"
#include "promql/script/runner.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

// A directory stands for the *.test files in it, by name.
std::vector<std::string> FindScripts(const std::vector<std::string>& paths) {
  std::vector<std::string> scripts;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      scripts.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.path().extension() == ".test") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    scripts.insert(scripts.end(), found.begin(), found.end());
  }
  return scripts;
}

void PrintIndented(const char* title, const std::string& text) {
  if (text.empty()) return;
  std::fprintf(stderr, "  %s:\n", title);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::fprintf(stderr, "    %s\n", text.substr(begin, end - begin).c_str());
    begin = end + 1;
  }
}

void PrintFailure(const std::string& path,
                  const promql::ScriptFailure& failure) {
  std::fprintf(stderr, "%s:%zu: %s\n", path.c_str(), failure.line,
               failure.problem.c_str());
  PrintIndented("query", failure.query);
  PrintIndented("expected", failure.expected);
  PrintIndented("got", failure.got);
}

}  // namespace

int RunPromqltest(const Arguments& arguments) {
  std::vector<std::string> paths;
  bool quiet = false;
  CommandLine line("promqltest",
                   "runs Prometheus' load / eval / expect scripts",
                   "rollwatch promqltest promql/promqltest/testdata");
  line.Flag("-q,--quiet", &quiet, "no details of failures");
  line.Positionals("FILE|DIR", &paths, "scripts, or directories of *.test",
                   /*required=*/true);
  if (const auto exit = line.Parse(arguments)) return *exit;

  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t queries = 0;
  std::printf("%8s %8s %8s  %s\n", "passed", "failed", "queries", "file");
  for (const std::string& path : FindScripts(paths)) {
    auto text = ReadFile(path);
    if (!text.ok()) {
      std::fprintf(stderr, "rollwatch: error: %s\n",
                   std::string(text.status().message()).c_str());
      return kExitUnknown;
    }
    const base::Source source(path, *std::move(text));
    const promql::ScriptReport report = promql::RunScript(source);
    std::printf("%8zu %8zu %8zu  %s\n", report.passed, report.failed,
                report.queries, path.c_str());
    passed += report.passed;
    failed += report.failed;
    queries += report.queries;
    if (quiet) continue;
    std::fflush(stdout);
    for (const promql::ScriptFailure& failure : report.failures) {
      PrintFailure(path, failure);
    }
  }
  std::printf("%8zu %8zu %8zu  in all\n", passed, failed, queries);
  std::printf("%zu passed, %zu failed\n", passed, failed);
  return failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace rollwatch
