#include "base/number.h"

#include <gtest/gtest.h>

#include <limits>

namespace base {
namespace {

struct Case {
  const char* name;
  double value;
  const char* decimal;
  const char* general;
};

constexpr double kInf = std::numeric_limits<double>::infinity();

constexpr Case kCases[] = {
    {"Zero", 0, "0", "0"},
    {"NegativeZero", -0.0, "-0", "-0"},
    {"Fraction", 0.1, "0.1", "0.1"},
    {"NegativeMixed", -12.75, "-12.75", "-12.75"},
    {"SmallestPlain", 0.0001, "0.0001", "0.0001"},
    {"Small", 0.00001, "0.00001", "1e-05"},
    {"SmallDigits", 1.25e-7, "0.000000125", "1.25e-07"},
    {"GreatestPlain", 999999.5, "999999.5", "999999.5"},
    {"Million", 1e6, "1000000", "1e+06"},
    {"MillionDigits", 1234567.5, "1234567.5", "1.2345675e+06"},
    {"BigIsPaddedWithZeros", 1e23, "100000000000000000000000", "1e+23"},
    {"ThreeDigitExponent", 1e100,
     "1000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000",
     "1e+100"},
    {"Infinity", kInf, "+Inf", "+Inf"},
    {"NegativeInfinity", -kInf, "-Inf", "-Inf"},
    {"NaN", std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN"},
};

class NumberTest : public testing::TestWithParam<Case> {};

TEST_P(NumberTest, IsWrittenAsGoDoes) {
  EXPECT_EQ(FormatDecimal(GetParam().value), GetParam().decimal);
  EXPECT_EQ(FormatGeneral(GetParam().value), GetParam().general);
}

INSTANTIATE_TEST_SUITE_P(Table, NumberTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
