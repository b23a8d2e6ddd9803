#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

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

// From the fewest digits, with zeros up to the point, as Go pads them.
std::string PaddedDecimal(double value) {
  const std::string scientific = Scientific(value);
  std::string digits;
  int exponent = 0;
  for (std::size_t i = 0; i < scientific.size(); ++i) {
    const char c = scientific[i];
    if (c == 'e') {
      const std::size_t start = i + (scientific[i + 1] == '+' ? 2 : 1);
      std::from_chars(scientific.data() + start,
                      scientific.data() + scientific.size(), exponent);
      break;
    }
    if (c >= '0' && c <= '9') digits += c;
  }
  std::string text = std::signbit(value) ? "-" : "";
  const auto size = static_cast<int>(digits.size());
  if (exponent < 0) {
    text += "0.";
    text.append(static_cast<std::size_t>(-exponent - 1), '0');
    return text += digits;
  }
  if (exponent >= size - 1) {
    text += digits;
    text.append(static_cast<std::size_t>(exponent - size + 1), '0');
    return text;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  text.append(digits, 0, whole);
  text += '.';
  return text.append(digits, whole);
}

}  // namespace

void AppendDecimal(double value, std::string& out) {
  constexpr double kExact = 9007199254740992;  // 2^53
  std::array<char, 40> buffer;
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  const double magnitude = std::fabs(value);
  if (magnitude < kExact && magnitude >= 1) {
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value) {
      out.append(begin, std::to_chars(begin, end, whole).ptr);
      return;
    }
  }
  if (magnitude < kExact && magnitude >= 1e-6) {
    const auto fixed =
        std::to_chars(begin, end, value, std::chars_format::fixed);
    out.append(begin, fixed.ptr);
    return;
  }
  // Outside, std::to_chars(fixed) would print every digit of a big number, and
  // more zeros than the buffer holds of a small one.
  out += std::isfinite(value) ? PaddedDecimal(value) : NotFinite(value);
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
