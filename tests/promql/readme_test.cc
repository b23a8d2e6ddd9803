// promql/README.md: each line on what differs from Prometheus names a test.

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace promql {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::set<std::string> Words(const std::string& text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::move(word));
      word.clear();
    }
  }
  return words;
}

// The last column of each row of the table of differences.
std::vector<std::string> Proofs() {
  const std::string text =
      ReadFile(fs::path(ROLLWATCH_SOURCE_DIR) / "promql/README.md");
  const std::string head =
      "| here | in Prometheus | proven by |\n|---|---|---|";
  std::size_t at = text.find(head);
  if (at == text.npos) return {};
  at = text.find('\n', at + head.size()) + 1;
  std::vector<std::string> proofs;
  while (at < text.size() && text[at] == '|') {
    const std::size_t end = text.find('\n', at);
    const std::string row = text.substr(at, end - at - 2);
    proofs.push_back(row.substr(row.rfind('|') + 1));
    at = end + 1;
  }
  return proofs;
}

TEST(Differences, NameTestsThatExist) {
  std::set<std::string> known;
  for (const auto& entry : fs::recursive_directory_iterator(
           fs::path(ROLLWATCH_SOURCE_DIR) / "tests")) {
    if (entry.path().extension() == ".cc") {
      known.merge(Words(ReadFile(entry.path())));
    }
  }
  const std::vector<std::string> proofs = Proofs();
  EXPECT_GE(proofs.size(), 10u);
  for (const std::string& proof : proofs) {
    const std::set<std::string> words = Words(proof);
    EXPECT_GE(words.size(), 2u) << proof;
    for (const std::string& word : words) {
      EXPECT_TRUE(known.contains(word)) << word << " in" << proof;
    }
  }
}

}  // namespace
}  // namespace promql
