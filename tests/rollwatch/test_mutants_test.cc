// The verdict of the real promtool 2.42 on mutants of unit test files and of
// the rule files they test: with --compat 2.42 the same, without it but for one
// reason. ROLLWATCH_MUTANTS and ROLLWATCH_SEED run others.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/rollwatch/mutants.h"
#include "tests/support/corpus.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

constexpr std::size_t kMutants = 240;
constexpr std::uint64_t kSeed = 1;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* set = std::getenv(name);
  return set != nullptr ? std::strtoull(set, nullptr, 10) : otherwise;
}

// A test file, the first, and its rule files.
struct Base {
  std::string folder;
  std::vector<std::string> files;
};

std::vector<Base> Bases() {
  const std::string own = ROLLWATCH_SOURCE_DIR "/tests/";
  std::vector<Base> bases = {
      {own + "rollwatch/testdata/mutants", {"tests.yml", "rules.yml"}},
      {own + "alerts/testdata/states", {"tests.yml", "rules.yml"}}};
  if (!tests::HasCorpus()) return bases;
  bases.push_back({tests::Corpus() + "/rules/thanos",
                   {"tests.yaml", "alerts.yaml", "rules.yaml"}});
  bases.push_back(
      {tests::Corpus() + "/promtool", {"failing.yml", "rules.yml"}});
  bases.push_back({tests::Corpus() + "/promtool",
                   {"bad-rules-error-test.yml", "bad-rules-error.yml"}});
  bases.push_back({tests::Corpus() + "/promtool", {"bad-promql.yml"}});
  return bases;
}

// By test file, whether it passed. Both programs write "Unit Testing:  FILE",
// and SUCCESS behind it.
std::map<std::string, bool> Verdicts(const std::string& out) {
  std::map<std::string, bool> verdicts;
  std::string file;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Unit Testing:  ")) {
      file = line.substr(15);
      verdicts[file] = false;
    } else if (line == "  SUCCESS") {
      verdicts[file] = true;
    }
  }
  return verdicts;
}

// Why today's verdict may be another one: before Prometheus 3 a range is closed
// at both ends, so that this counts one sample more.
bool CountsAClosedRange(const std::string& path) {
  return tests::ReadFile(path).find("count_over_time(up[2m])") !=
         std::string::npos;
}

TEST(Mutants, HaveTheVerdictOfPromtool) {
  if (tests::Run({"promtool", "--version"}).status != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  const tests::TemporaryFolder folder;
  const std::vector<Base> bases = Bases();
  Numbers numbers(FromEnvironment("ROLLWATCH_SEED", kSeed));
  std::map<std::string, std::string> what;
  std::vector<std::string> promtool = {"promtool", "test", "rules"};
  std::vector<std::string> ours = {tests::Rollwatch(), "test", "--compat",
                                   "2.42"};
  std::vector<std::string> todays = {tests::Rollwatch(), "test"};
  const std::size_t count = FromEnvironment("ROLLWATCH_MUTANTS", kMutants);
  for (std::size_t i = 0; i < count; ++i) {
    const Base& base = bases[i % bases.size()];
    const std::string name = absl::StrFormat("%d", i);
    std::filesystem::create_directory(folder.Path(name));
    const std::size_t changed = numbers.Below(base.files.size());
    std::string mutation;
    for (std::size_t j = 0; j < base.files.size(); ++j) {
      std::string text = tests::ReadFile(base.folder + "/" + base.files[j]);
      if (j == changed) {
        Mutant mutant = Mutate(text, numbers);
        mutation = base.folder + "/" + base.files[j] + ": " + mutant.what;
        text = std::move(mutant.text);
      }
      folder.Write(name + "/" + base.files[j], text);
    }
    const std::string path = folder.Path(name + "/" + base.files[0]);
    what[path] = mutation;
    promtool.push_back(path);
    ours.push_back(path);
    todays.push_back(path);
  }
  const auto deadline = tests::milliseconds(600'000);
  const auto theirs = Verdicts(tests::Run(promtool, {}, deadline).out);
  const auto verdicts = Verdicts(tests::Run(ours, {}, deadline).out);
  const auto of_today = Verdicts(tests::Run(todays, {}, deadline).out);
  std::size_t passed = 0;
  for (const auto& [path, mutation] : what) {
    ASSERT_TRUE(theirs.contains(path)) << mutation;
    ASSERT_TRUE(verdicts.contains(path)) << mutation;
    EXPECT_EQ(verdicts.at(path), theirs.at(path)) << mutation;
    ASSERT_TRUE(of_today.contains(path)) << mutation;
    if (of_today.at(path) != theirs.at(path)) {
      EXPECT_TRUE(CountsAClosedRange(path)) << mutation;
      EXPECT_TRUE(theirs.at(path)) << mutation;
    }
    passed += theirs.at(path) ? 1 : 0;
  }
  // Neither all pass nor all fail, or nothing would be shown.
  EXPECT_GT(passed, count / 8);
  EXPECT_LT(passed, count);
}

}  // namespace
}  // namespace rollwatch
