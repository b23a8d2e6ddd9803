#include "rollwatch/tested_files.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "alerts/unit_tests/unit_test_file.h"
#include "base/parallel.h"
#include "rollwatch/files.h"
#include "rollwatch/glob.h"

namespace rollwatch {
namespace {

using alerts::TestedRules;
using alerts::UnitTestSuite;

// The rule files that were read, by path. Safe to use from many threads.
class RuleFiles {
 public:
  explicit RuleFiles(const TestedFilesOptions& options) : options_(options) {}

  std::shared_ptr<const TestedRules> Read(const std::string& path) {
    Slot& slot = SlotOf(path);
    std::call_once(slot.once, [&] {
      slot.rules = std::make_shared<const TestedRules>(Load(path));
    });
    return slot.rules;
  }

 private:
  struct Slot {
    std::once_flag once;
    std::shared_ptr<const TestedRules> rules;
  };

  Slot& SlotOf(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return slots_[path];
  }

  // A file that cannot be read fails each test, as a bad one does.
  TestedRules Load(const std::string& path) const {
    absl::StatusOr<std::string> text = ReadYamlFile(path);
    if (!text.ok()) return {path, {}, {std::string(text.status().message())}};
    return alerts::ReadTestedRules(
        std::make_shared<const base::Source>(path, *std::move(text)),
        options_.ignore_unknown_fields, options_.tests.compat);
  }

  const TestedFilesOptions& options_;
  std::mutex mutex_;
  std::map<std::string, Slot> slots_;
};

// The rule files of a test file; patterns are relative to it.
absl::StatusOr<std::vector<std::shared_ptr<const TestedRules>>> RulesOf(
    const alerts::UnitTestFile& tests, RuleFiles& rule_files,
    TestedFile& file) {
  const std::filesystem::path folder =
      std::filesystem::path(file.path).parent_path();
  std::vector<std::shared_ptr<const TestedRules>> rules;
  for (const std::string& pattern : tests.rule_files) {
    std::string resolved = pattern.empty()
                               ? pattern
                               : (folder / pattern).lexically_normal().string();
    // As Go's filepath.Clean.
    if (resolved.size() > 1 && resolved.ends_with('/')) resolved.pop_back();
    const auto paths = Glob(resolved);
    if (!paths.ok()) return paths.status();
    if (paths->empty()) file.unmatched.push_back(resolved);
    for (const std::string& path : *paths) {
      rules.push_back(rule_files.Read(path));
    }
  }
  return rules;
}

std::optional<UnitTestSuite> Load(const TestedFilesOptions& options,
                                  RuleFiles& rule_files, TestedFile& file) {
  absl::StatusOr<std::string> text = ReadYamlFile(file.path);
  if (!text.ok()) {
    file.unreadable = std::string(text.status().message());
    return std::nullopt;
  }
  file.source =
      std::make_shared<const base::Source>(file.path, *std::move(text));
  auto tests = alerts::ParseUnitTestFile(file.source, file.diagnostics,
                                         options.tests.compat);
  if (!tests) return std::nullopt;
  const auto rules = RulesOf(*tests, rule_files, file);
  if (!rules.ok()) {
    file.unreadable = std::string(rules.status().message());
    return std::nullopt;
  }
  file.valid = true;
  return UnitTestSuite(*std::move(tests), *rules, options.tests);
}

}  // namespace

std::vector<TestedFile> RunTestFiles(const std::vector<std::string>& paths,
                                     const TestedFilesOptions& options) {
  RuleFiles rule_files(options);
  std::vector<TestedFile> files(paths.size());
  std::vector<std::optional<UnitTestSuite>> suites(paths.size());
  base::ForEachInParallel(paths.size(), options.jobs, [&](std::size_t i) {
    files[i].path = paths[i];
    suites[i] = Load(options, rule_files, files[i]);
  });
  std::vector<std::pair<std::size_t, std::size_t>> tests;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!suites[i]) continue;
    files[i].coverage = suites[i]->coverage();
    files[i].report.tests.resize(suites[i]->size());
    for (std::size_t j = 0; j < suites[i]->size(); ++j) {
      tests.emplace_back(i, j);
    }
  }
  base::ForEachInParallel(tests.size(), options.jobs, [&](std::size_t k) {
    const auto [i, j] = tests[k];
    files[i].report.tests[j] = suites[i]->Run(j);
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!suites[i]) continue;
    files[i].diagnostics.Append(suites[i]->warnings());
    for (const alerts::UnitTestResult& test : files[i].report.tests) {
      files[i].diagnostics.Append(test.warnings);
    }
  }
  return files;
}

alerts::Coverage CoverageOf(const std::vector<TestedFile>& files) {
  alerts::Coverage coverage;
  for (const TestedFile& file : files) {
    coverage.Merge(file.coverage);
    for (const alerts::UnitTestResult& test : file.report.tests) {
      coverage.Merge(test.coverage);
    }
  }
  return coverage;
}

}  // namespace rollwatch
