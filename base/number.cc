#include "base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/shortest_decimal.h"

namespace base {
namespace {

std::string NotFinite(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

// The fewest digits that read back as the same number: [-]d.ddde[+-]dd.
std::string Scientific(double value) {
  std::array<char, 40> buffer;
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    std::chars_format::scientific);
  return std::string(buffer.data(), result.ptr);
}

// 00 to 99.
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void WritePair(std::uint32_t pair, char* out) {
  std::memcpy(out, kPairs.data() + std::size_t{2} * pair, 2);
}

// Eight digits of a number below 10^8.
void WriteEight(std::uint32_t value, char* out) {
  const std::uint32_t upper = value / 10'000;
  const std::uint32_t lower = value % 10'000;
  WritePair(upper / 100, out);
  WritePair(upper % 100, out + 2);
  WritePair(lower / 100, out + 4);
  WritePair(lower % 100, out + 6);
}

// The digits from the fewest that read back, with zeros up to the point.
char* WriteDigits(const ShortestDecimal& decimal, char* out) {
  std::array<char, 24> buffer;
  const char* const end = WriteWhole(decimal.digits, buffer.data());
  const char* const begin = buffer.data();
  const int size = static_cast<int>(end - begin);
  const int point = size + decimal.exponent;
  if (point <= 0) {
    *out++ = '0';
    *out++ = '.';
    out = std::fill_n(out, -point, '0');
    return std::copy(begin, end, out);
  }
  if (point >= size) {
    out = std::copy(begin, end, out);
    return std::fill_n(out, point - size, '0');
  }
  out = std::copy(begin, begin + point, out);
  *out++ = '.';
  return std::copy(begin + point, end, out);
}

}  // namespace

char* WriteWhole(std::uint64_t value, char* out) {
  constexpr std::uint32_t kEight = 100'000'000;
  std::array<char, 24> buffer;
  char* const end = buffer.data() + buffer.size();
  char* at = end;
  while (value >= kEight) {
    at -= 8;
    WriteEight(static_cast<std::uint32_t>(value % kEight), at);
    value /= kEight;
  }
  auto rest = static_cast<std::uint32_t>(value);
  while (rest >= 100) {
    at -= 2;
    WritePair(rest % 100, at);
    rest /= 100;
  }
  if (rest >= 10) {
    at -= 2;
    WritePair(rest, at);
  } else {
    *--at = static_cast<char>('0' + rest);
  }
  return std::copy(at, end, out);
}

char* WriteDecimal(double value, char* out) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (!std::isfinite(value)) {
    const std::string text = NotFinite(value);
    return std::copy(text.begin(), text.end(), out);
  }
  if (std::signbit(value)) *out++ = '-';
  const double magnitude = std::fabs(value);
  if (magnitude < kExact) {
    const auto whole = static_cast<std::uint64_t>(magnitude);
    if (static_cast<double>(whole) == magnitude) return WriteWhole(whole, out);
  }
  return WriteDigits(FindShortestDecimal(magnitude), out);
}

void AppendDecimal(double value, std::string& out) {
  std::array<char, kLongestDecimal> buffer;
  out.append(buffer.data(), WriteDecimal(value, buffer.data()));
}

std::string FormatDecimal(double value) {
  std::string text;
  AppendDecimal(value, text);
  return text;
}

std::string FormatGeneral(double value) {
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  return !std::isfinite(value) || plain ? FormatDecimal(value)
                                        : Scientific(value);
}

}  // namespace base
