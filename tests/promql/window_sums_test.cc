#include "promql/functions/window_sums.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "promql/functions/window_extremes.h"

namespace promql {
namespace {

using Numbers = std::vector<double>;

// A series of each nature that sums and extremes treat in a way of their own.
struct Nature {
  const char* name;
  double (*value)(std::mt19937_64& random);
};

double Below(std::mt19937_64& random, std::uint64_t limit) {
  return static_cast<double>(random() % limit);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Nature kNatures[] = {
    {"WholeNumbers", [](auto& random) { return Below(random, 2000) - 1000; }},
    {"Eighths", [](auto& random) { return Below(random, 1 << 20) / 8; }},
    {"TooBigToBeExact",
     [](auto& random) { return Below(random, std::uint64_t{1} << 53); }},
    {"Fractions", [](auto& random) { return Below(random, 1 << 20) / 3e6; }},
    {"AllMagnitudes",
     [](auto& random) {
       return std::ldexp(Below(random, 1 << 20) - 500'000,
                         static_cast<int>(random() % 120) - 60);
     }},
    {"FewValues", [](auto& random) { return Below(random, 3); }},
    {"Overflowing",
     [](auto& random) { return random() % 9 == 0 ? 1e308 : -1e307; }},
    {"Infinities",
     [](auto& random) {
       return random() % 50 == 0 ? kInfinity : Below(random, 9) / 7;
     }},
    {"SomeNaN",
     [](auto& random) {
       return random() % 3 == 0 ? std::nan("") : Below(random, 9);
     }},
};

// Windows that never move backwards: some empty, some that stand still.
Windows::Bounds RandomBounds(std::mt19937_64& random, std::size_t values) {
  const std::size_t width = 1 + random() % 70;
  const std::size_t pace = 1 + random() % 9;
  Windows::Bounds bounds;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (bounds.begin.size() < 300) {
    end = std::min(values, std::max(end, begin + random() % (2 * width)));
    begin = std::min(end, begin + random() % (2 * pace));
    const std::size_t times = random() % 8 == 0 ? 3 : 1;
    bounds.begin.insert(bounds.begin.end(), times, begin);
    bounds.end.insert(bounds.end.end(), times, end);
  }
  return bounds;
}

// Calls `check(values, bounds)` on series of the nature.
template <typename Check>
void OnManySeries(const Nature& nature, Check check) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 20; ++round) {
    Numbers values(500);
    for (double& value : values) value = nature.value(random);
    check(values, RandomBounds(random, values.size()));
  }
}

class WindowsOf : public testing::TestWithParam<Nature> {};

TEST_P(WindowsOf, AddUpAsOneAfterTheOther) {
  std::size_t finite = 0;
  OnManySeries(GetParam(), [&](const Numbers& values, const auto& bounds) {
    const auto sums = SumWindows(values, bounds);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (std::isnan(sums[i].value)) continue;
      KahanSum want;
      for (std::size_t at = bounds.begin[i]; at < bounds.end[i]; ++at) {
        want.Add(values[at]);
      }
      ASSERT_EQ(sums[i].value, want.value);
      ASSERT_EQ(sums[i].compensation, want.compensation);
      ++finite;
    }
  });
  EXPECT_GT(finite, 100u);
}

template <typename IsBetter>
void ExpectFirstBest(const Numbers& values, const Windows::Bounds& bounds) {
  const WindowExtremes<IsBetter> extremes(values);
  for (std::size_t i = 0; i < bounds.begin.size(); ++i) {
    if (bounds.begin[i] == bounds.end[i]) continue;
    double want = values[bounds.begin[i]];
    for (std::size_t at = bounds.begin[i]; at < bounds.end[i]; ++at) {
      if (IsBetter()(values[at], want) || std::isnan(want)) want = values[at];
    }
    const double got = extremes.Of(bounds.begin[i], bounds.end[i]);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(got),
              std::bit_cast<std::uint64_t>(want));
  }
}

TEST_P(WindowsOf, HaveTheExtremesOfAScan) {
  OnManySeries(GetParam(), [&](const Numbers& values, const auto& bounds) {
    ExpectFirstBest<std::greater<>>(values, bounds);
    ExpectFirstBest<std::less<>>(values, bounds);
  });
}

INSTANTIATE_TEST_SUITE_P(Natures, WindowsOf, testing::ValuesIn(kNatures),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(WindowExtremes, TheFirstOfTwoZerosCounts) {
  const Numbers values = {-0.0, 0.0, -0.0};
  EXPECT_TRUE(std::signbit(WindowExtremes<std::greater<>>(values).Of(0, 3)));
  EXPECT_FALSE(std::signbit(WindowExtremes<std::less<>>(values).Of(1, 3)));
}

}  // namespace
}  // namespace promql
