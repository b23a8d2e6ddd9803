#include "base/go_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace base::go_math {
namespace {

const std::map<std::string, double (*)(double)> kOfOne = {
    {"Exp", Exp},     {"Exp2", Exp2},   {"Log", Log},   {"Log1p", Log1p},
    {"Log2", Log2},   {"Log10", Log10}, {"Sin", Sin},   {"Cos", Cos},
    {"Tan", Tan},     {"Asin", Asin},   {"Acos", Acos}, {"Atan", Atan},
    {"Sinh", Sinh},   {"Cosh", Cosh},   {"Tanh", Tanh}, {"Asinh", Asinh},
    {"Acosh", Acosh}, {"Atanh", Atanh},
};
const std::map<std::string, double (*)(double, double)> kOfTwo = {
    {"Pow", Pow},
    {"Atan2", Atan2},
};

bool SameBits(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(GoMath, HasTheBitsOfGo) {
  std::ifstream rows(ROLLWATCH_SOURCE_DIR "/tests/base/testdata/go_math.tsv");
  std::map<std::string, int> checked;
  for (std::string line; std::getline(rows, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream row(line);
    std::string name;
    std::string numbers[3];
    row >> name >> numbers[0] >> numbers[1] >> numbers[2];
    const double x = std::strtod(numbers[0].c_str(), nullptr);
    const double y = std::strtod(numbers[1].c_str(), nullptr);
    const double want = std::strtod(numbers[2].c_str(), nullptr);
    const double got =
        kOfTwo.contains(name) ? kOfTwo.at(name)(x, y) : kOfOne.at(name)(x);
    EXPECT_TRUE(SameBits(got, want)) << line << ", got " << got;
    ++checked[name];
  }
  EXPECT_EQ(checked.size(), kOfOne.size() + kOfTwo.size());
  for (const auto& [name, count] : checked) EXPECT_GE(count, 26) << name;
}

// The assembly of Go 1.19 does not see that a number is subnormal.
TEST(GoMath, LogarithmsOfSubnormalNumbersAreRight) {
  EXPECT_DOUBLE_EQ(Log(5e-324), -744.4400719213812);
  EXPECT_EQ(Log2(5e-324), -1074);
}

}  // namespace
}  // namespace base::go_math
