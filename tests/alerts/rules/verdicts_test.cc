// The verdict of the real promtool on every rule file of the corpus.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "alerts/rules/duplicates.h"
#include "alerts/rules/rule_file.h"
#include "tests/support/corpus.h"
#include "tests/support/process.h"

namespace alerts {
namespace {

// Our verdict, by file, where it is not promtool's.
std::map<std::string, std::string> Differences() {
  std::map<std::string, std::string> rows;
  std::ifstream in(ROLLWATCH_SOURCE_DIR "/tests/alerts/testdata/verdicts.tsv");
  std::string line;
  while (std::getline(in, line)) {
    // Rows of `rollwatch test` are test_command_test's.
    if (line.starts_with('#') || line.starts_with("test ")) continue;
    std::istringstream row(line);
    std::string file;
    std::string verdict;
    std::getline(row, file, '\t');
    std::getline(row, verdict, '\t');
    rows[file] = verdict;
  }
  return rows;
}

// "invalid"; "valid N rules"; "valid" with duplicates, of which promtool does
// not say how many rules there are.
std::string Promtool(const std::string& path) {
  const tests::Finished run = tests::Run({"promtool", "check", "rules", path});
  if (run.status != 0) return "invalid";
  const std::size_t at = run.out.find("SUCCESS: ");
  if (at == std::string::npos) return "valid";
  const std::size_t end = run.out.find(" rules found", at);
  return "valid " + run.out.substr(at + 9, end - at - 9) + " rules";
}

std::string Ours(const std::string& path) {
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(
      std::make_shared<base::Source>(path, tests::ReadFile(path)), diagnostics);
  if (!file) return "invalid";
  if (!FindDuplicates(*file).empty()) return "valid";
  return "valid " + std::to_string(file->rule_count()) + " rules";
}

TEST(Verdicts, EqualPromtoolsButForTheRowsOfVerdictsTsv) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  if (tests::Run({"promtool", "--version"}).status != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  std::map<std::string, std::string> differences = Differences();
  std::size_t files = 0;
  for (const std::string folder : {"rulefmt", "promtool"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(tests::Corpus() + "/" + folder)) {
      const std::string file = folder + "/" + entry.path().filename().string();
      const std::string ours = Ours(entry.path());
      const std::string theirs = Promtool(entry.path());
      ++files;
      if (const auto row = differences.find(file); row != differences.end()) {
        EXPECT_NE(ours, theirs) << file << " needs no row any more";
        EXPECT_TRUE(ours.starts_with(row->second)) << file << ": " << ours;
        differences.erase(row);
      } else {
        EXPECT_EQ(ours, theirs) << file;
      }
    }
  }
  EXPECT_GE(files, 21u);
  EXPECT_TRUE(differences.empty()) << differences.begin()->first;
}

}  // namespace
}  // namespace alerts
