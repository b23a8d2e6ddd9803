// How often a fault test tries, and what it prints about it.

#ifndef TESTS_FAULTS_COUNTS_H_
#define TESTS_FAULTS_COUNTS_H_

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tests {

// The number in the environment variable, which tests/faults/run.sh sets for
// the long form.
inline int Times(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

// A line that run.sh shows.
inline void Tell(const std::string& line) {
  std::printf("fault: %s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace tests

#endif  // TESTS_FAULTS_COUNTS_H_
