#include "base/number.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
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

constexpr std::array<std::uint64_t, 20> kPowers = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();

// 1233 / 4096 is a little above log10(2).
int CountDigits(std::uint64_t value) {
  value |= 1;  // 0 has a digit as well.
  const int least = (static_cast<int>(std::bit_width(value)) * 1233) >> 12;
  return least + (value >= kPowers[static_cast<std::size_t>(least)] ? 1 : 0);
}

// Just as many digits, with zeros in front. They are written where they stay:
// to copy what was just written in pairs stalls.
char* WriteFixed(std::uint64_t value, int count, char* out) {
  constexpr std::uint32_t kEight = 100'000'000;
  char* at = out + count;
  for (; count >= 8; count -= 8) {
    at -= 8;
    WriteEight(static_cast<std::uint32_t>(value % kEight), at);
    value /= kEight;
  }
  auto rest = static_cast<std::uint32_t>(value);
  for (; count >= 2; count -= 2) {
    at -= 2;
    WritePair(rest % 100, at);
    rest /= 100;
  }
  if (count == 1) *--at = static_cast<char>('0' + rest);
  return at;
}

// The digits from the fewest that read back, with zeros up to the point.
char* WriteDigits(const ShortestDecimal& decimal, char* out) {
  const int size = CountDigits(decimal.digits);
  const int point = size + decimal.exponent;
  if (point <= 0) {
    *out++ = '0';
    *out++ = '.';
    out = std::fill_n(out, -point, '0');
    return WriteFixed(decimal.digits, size, out) + size;
  }
  if (point >= size) {
    out = WriteFixed(decimal.digits, size, out) + size;
    return std::fill_n(out, point - size, '0');
  }
  const int behind = size - point;
  const std::uint64_t power = kPowers[static_cast<std::size_t>(behind)];
  out = WriteFixed(decimal.digits / power, point, out) + point;
  *out++ = '.';
  return WriteFixed(decimal.digits % power, behind, out) + behind;
}

}  // namespace

char* WriteWhole(std::uint64_t value, char* out) {
  const int size = CountDigits(value);
  return WriteFixed(value, size, out) + size;
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

char* WriteJsonDecimal(double value, char* out) {
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  if (!std::isfinite(value) || plain) return WriteDecimal(value, out);
  return std::ranges::copy(Scientific(value), out).out;
}

std::string FormatGeneral(double value) {
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  return !std::isfinite(value) || plain ? FormatDecimal(value)
                                        : Scientific(value);
}

std::string FormatBound(double value) {
  if (value == 0) return "0.0";
  std::string text = FormatGeneral(value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::optional<std::string> WithoutUnderscores(std::string_view number) {
  const bool prefixed =
      number.size() > 1 && number.front() == '0' &&
      std::string_view("bBoOxX").find(number[1]) != std::string_view::npos;
  const bool hexadecimal = prefixed && (number[1] | 0x20) == 'x';
  const auto is_digit = [hexadecimal](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return hexadecimal ? absl::ascii_isxdigit(byte) : absl::ascii_isdigit(byte);
  };
  std::string plain(number.substr(0, prefixed ? 2 : 0));
  bool behind_digit = prefixed;
  bool behind_underscore = false;
  for (const char character : number.substr(plain.size())) {
    if (character == '_') {
      if (!behind_digit) return std::nullopt;
    } else {
      if (behind_underscore && !is_digit(character)) return std::nullopt;
      plain.push_back(character);
    }
    behind_underscore = character == '_';
    behind_digit = is_digit(character);
  }
  if (behind_underscore) return std::nullopt;
  return plain;
}

namespace {

// As ParseFloat(), but for what is too large, which is infinite.
std::optional<double> ReadFloat(std::string_view text, bool& too_large) {
  const bool negative = text.starts_with('-');
  const bool is_signed = negative || text.starts_with('+');
  if (is_signed) text.remove_prefix(1);
  const auto with_sign = [negative](double value) {
    return negative ? -value : value;
  };
  const absl::string_view name(text.data(), text.size());
  if (absl::EqualsIgnoreCase(name, "inf") ||
      absl::EqualsIgnoreCase(name, "infinity")) {
    return with_sign(std::numeric_limits<double>::infinity());
  }
  if (!is_signed && absl::EqualsIgnoreCase(name, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // What is left are digits: the library knows names and signs of its own.
  if (text.empty() || text.find_first_not_of("0123456789.") == 0) {
    return std::nullopt;
  }
  std::string plain;
  if (text.find('_') != std::string_view::npos) {
    auto stripped = WithoutUnderscores(text);
    if (!stripped.has_value()) return std::nullopt;
    plain = *std::move(stripped);
    text = plain;
  }
  auto format = absl::chars_format::general;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    const std::size_t mantissa = text.find_first_of("pP");
    if (mantissa == std::string_view::npos ||
        text.find_first_not_of("0123456789abcdefABCDEF.") != mantissa) {
      return std::nullopt;
    }
    format = absl::chars_format::hex;
  }
  double value = 0;
  const auto [end, error] =
      absl::from_chars(text.data(), text.data() + text.size(), value, format);
  if (end != text.data() + text.size() ||
      error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  too_large = error == std::errc::result_out_of_range && value > 1;
  return with_sign(value);
}

}  // namespace

std::optional<double> ParseFloat(std::string_view text) {
  bool too_large = false;
  const std::optional<double> value = ReadFloat(text, too_large);
  return too_large ? std::nullopt : value;
}

bool IsTooLarge(std::string_view text) {
  bool too_large = false;
  ReadFloat(text, too_large);
  return too_large;
}

}  // namespace base
