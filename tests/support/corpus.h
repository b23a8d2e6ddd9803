// Data made by others that tests are held against.

#ifndef TESTS_SUPPORT_CORPUS_H_
#define TESTS_SUPPORT_CORPUS_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tests {

// The folder that ROLLWATCH_CORPUS names; by default the one beside the source.
inline std::string Corpus() {
  const char* set = std::getenv("ROLLWATCH_CORPUS");
  return set != nullptr ? set : ROLLWATCH_SOURCE_DIR "/../shared/corpus";
}

inline bool HasCorpus() { return std::filesystem::is_directory(Corpus()); }

// Why a test that needs it skips. Names the folder, for it may be misspelt.
inline std::string NoCorpus() {
  return "no corpus in " + Corpus() + ": set ROLLWATCH_CORPUS";
}

}  // namespace tests

#endif  // TESTS_SUPPORT_CORPUS_H_
