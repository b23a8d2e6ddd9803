// Numbers that are the same in every run and with every library.

#ifndef TESTS_PROMQL_GENERATED_RANDOM_H_
#define TESTS_PROMQL_GENERATED_RANDOM_H_

#include <cstddef>
#include <cstdint>

namespace promql {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // REQUIRES: below > 0
  std::size_t Below(std::uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((state_ >> 33) % below);
  }
  bool OneIn(std::uint64_t n) { return Below(n) == 0; }

  template <typename Choices>
  const auto& Pick(const Choices& choices) {
    return choices[Below(std::size(choices))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace promql

#endif  // TESTS_PROMQL_GENERATED_RANDOM_H_
