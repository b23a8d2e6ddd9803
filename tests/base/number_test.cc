#include "base/number.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "base/shortest_decimal.h"

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

TEST(FormatBound, WholeNumbersHaveAPoint) {
  EXPECT_EQ(FormatBound(0), "0.0");
  EXPECT_EQ(FormatBound(-0.0), "0.0");
  EXPECT_EQ(FormatBound(-60), "-60.0");
  EXPECT_EQ(FormatBound(0.25), "0.25");
  EXPECT_EQ(FormatBound(1e6), "1e+06");
  EXPECT_EQ(FormatBound(kInf), "+Inf");
  EXPECT_EQ(FormatBound(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(WriteWhole, WritesEveryNumberOfDigits) {
  const auto written = [](std::uint64_t value) {
    std::array<char, 24> buffer;
    return std::string(buffer.data(), WriteWhole(value, buffer.data()));
  };
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 20; ++digits, power *= 10) {
    for (const std::uint64_t value : {power - 1, power, power + 1, power * 9}) {
      EXPECT_EQ(written(value), std::to_string(value));
    }
  }
  EXPECT_EQ(written(UINT64_MAX), std::to_string(UINT64_MAX));
}

// What the standard library says, from its scientific form.
std::string Reference(double value) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 value, std::chars_format::scientific);
  std::string digits;
  const char* at = buffer.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') digits += *at;
  }
  int exponent = 0;
  std::from_chars(at + (at[1] == '+' ? 2 : 1), end.ptr, exponent);
  return digits + "e" +
         std::to_string(exponent + 1 - static_cast<int>(digits.size()));
}

std::string Found(double value) {
  const ShortestDecimal decimal = FindShortestDecimal(value);
  return std::to_string(decimal.digits) + "e" +
         std::to_string(decimal.exponent);
}

TEST(ShortestDecimal, IsThatOfTheStandardLibraryForRandomBits) {
  std::mt19937_64 random(42);
  for (int i = 0; i < 200'000; ++i) {
    const double value = std::fabs(std::bit_cast<double>(random()));
    if (!std::isfinite(value) || value == 0) continue;
    ASSERT_EQ(Found(value), Reference(value));
  }
}

TEST(ShortestDecimal, IsThatOfTheStandardLibraryAroundEachPower) {
  const auto check = [](double value) {
    for (const double near :
         {std::nextafter(value, 0.0), value, std::nextafter(value, kInf)}) {
      if (near == 0 || near == kInf) continue;
      ASSERT_EQ(Found(near), Reference(near));
    }
  };
  for (int q = -1074; q < 1024; ++q) check(std::ldexp(1, q));
  for (int k = -323; k <= 308; ++k) {
    check(std::strtod(("1e" + std::to_string(k)).c_str(), nullptr));
  }
  for (int i = 1; i < 20'000; ++i) check(i / 64.0);
}

TEST(JsonDecimalTest, HasAnExponentFarFromOne) {
  const auto text = [](double value) {
    std::array<char, kLongestDecimal> buffer;
    return std::string(buffer.data(), WriteJsonDecimal(value, buffer.data()));
  };
  EXPECT_EQ(text(0.000001), "0.000001");
  EXPECT_EQ(text(-0.00000099), "-9.9e-07");
  EXPECT_EQ(text(999999999999999900000.0), "999999999999999900000");
  EXPECT_EQ(text(1e21), "1e+21");
  EXPECT_EQ(text(5e-324), "5e-324");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(-kInf), "-Inf");
}

TEST(ParseFloatTest, ReadsWhatGoReads) {
  struct Row {
    std::string_view text;
    double value;
  };
  for (const Row& row : {
           Row{"1", 1},
           Row{"+1", 1},
           Row{"-.5", -0.5},
           Row{"1.", 1},
           Row{"1e3", 1000},
           Row{"1E-2", 0.01},
           Row{"5e-324", 5e-324},
           Row{"1e-400", 0},
           Row{"-1e-400", -0.0},
           Row{"0x1p-2000", 0},
           Row{"0x1.8P1", 3},
           Row{"0X_1_0p1", 32},
           Row{"1_000.2_5e1_0", 1000.25e10},
           Row{"inf", kInf},
           Row{"+Inf", kInf},
           Row{"-INFINITY", -kInf},
       }) {
    const auto value = ParseFloat(row.text);
    ASSERT_TRUE(value.has_value()) << row.text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*value),
              std::bit_cast<std::uint64_t>(row.value))
        << row.text;
  }
  EXPECT_TRUE(std::isnan(ParseFloat("nAn").value_or(0)));
}

TEST(ParseFloatTest, RefusesWhatGoRefuses) {
  for (const std::string_view text :
       {"",       "+",        "+-1",    "--1",  "-",      ".",
        "one",    " 1",       "1 ",     "1e",   "1e+",    "1e400",
        "-1e400", "0x1p2000", "0x1",    "0xp1", "0x-1p1", "1_",
        "_1",     "1__0",     "1_.5",   "1._5", "1_e5",   "1e_5",
        "0x1_p1", "infin",    "nan(1)", "+nan", "-NaN",   "1,5"}) {
    EXPECT_EQ(ParseFloat(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace base
