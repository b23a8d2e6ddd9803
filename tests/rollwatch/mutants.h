// Text files with one small change.

#ifndef TESTS_ROLLWATCH_MUTANTS_H_
#define TESTS_ROLLWATCH_MUTANTS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace rollwatch {

// Numbers that are the same on every machine. (SplitMix64.)
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  // REQUIRES: below > 0
  std::size_t Below(std::size_t below);

 private:
  std::uint64_t state_;
};

// What was changed, and what it became.
struct Mutant {
  std::string what;
  std::string text;
};

// Changes a line, a number, a duration, an operator, a function, a word or a
// character of a rule file or of its tests; the result may be no YAML.
Mutant Mutate(std::string_view text, Numbers& numbers);

}  // namespace rollwatch

#endif  // TESTS_ROLLWATCH_MUTANTS_H_
