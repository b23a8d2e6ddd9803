#include "alerts/templates/go_format.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/constant.h"
#include "base/labels.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/utf8.h"

namespace alerts::text_template {
namespace {

constexpr std::uint64_t kLastRune = 0x10FFFF;

std::size_t RuneCount(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(std::max<std::size_t>(base::DecodeUtf8(text), 1));
  }
  return count;
}

std::string Padding(const FormatFlags& flags, std::size_t count) {
  return std::string(count, flags.zero && !flags.minus ? '0' : ' ');
}

std::string PaddedWithSpaces(FormatFlags flags, std::string text) {
  flags.zero = false;
  return Padded(flags, std::move(text));
}

// The first characters, as many as the precision says.
std::string_view Truncated(const FormatFlags& flags, std::string_view text) {
  if (!flags.precision) return text;
  std::size_t end = 0;
  for (std::size_t i = 0; i < *flags.precision && end < text.size(); ++i) {
    end += std::max<std::size_t>(base::DecodeUtf8(text.substr(end)), 1);
  }
  return text.substr(0, end);
}

std::string SignOf(const FormatFlags& flags, bool negative) {
  if (negative) return "-";
  if (flags.plus) return "+";
  return flags.space ? " " : "";
}

// The parts of a number that is not zero, infinite or NaN, without its sign:
// mantissa * 2^exponent. Zero has both zero.
struct Binary {
  std::uint64_t mantissa = 0;
  int exponent = 0;
};
constexpr int kMantissaBits = 52;

Binary BinaryOf(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int exponent = static_cast<int>((bits >> kMantissaBits) & 0x7FFU);
  const std::uint64_t fraction = bits & ((1ULL << kMantissaBits) - 1);
  constexpr int kBias = 1023 + kMantissaBits;
  if (exponent == 0) return {fraction, 1 - kBias};
  return {fraction | (1ULL << kMantissaBits), exponent - kBias};
}

// 1.5 is "6755399441055744p-52".
std::string BinaryDigits(double size) {
  const Binary binary = BinaryOf(size);
  return absl::StrFormat("%dp%+d", binary.mantissa, binary.exponent);
}

// 1.5 is "0x1.8p+00". (strconv/ftoa.go, %x.)
std::string HexadecimalDigits(double size,
                              std::optional<std::size_t> precision) {
  constexpr int kTop = 60;  // Where the digit before the point stands.
  auto [mantissa, exponent] = BinaryOf(size);
  exponent = mantissa == 0 ? 0 : exponent + kMantissaBits;
  mantissa <<= kTop - kMantissaBits;
  while (mantissa != 0 && (mantissa & (1ULL << kTop)) == 0) {
    mantissa <<= 1U;
    --exponent;
  }
  if (precision && *precision < 15) {
    const auto shift = static_cast<unsigned>(*precision * 4);
    const std::uint64_t rest = (mantissa << shift) & ((1ULL << kTop) - 1);
    mantissa >>= kTop - shift;
    if ((rest | (mantissa & 1U)) > 1ULL << (kTop - 1)) ++mantissa;
    mantissa <<= kTop - shift;
    if ((mantissa & (1ULL << (kTop + 1))) != 0) {
      mantissa >>= 1U;
      ++exponent;
    }
  }
  std::string digits = absl::StrFormat("0x%d", (mantissa >> kTop) & 1U);
  std::string fraction;
  mantissa <<= 4U;
  while (precision ? fraction.size() < *precision : mantissa != 0) {
    fraction += absl::StrFormat("%x", (mantissa >> kTop) & 15U);
    mantissa <<= 4U;
  }
  if (!fraction.empty()) digits += "." + fraction;
  return absl::StrFormat("%sp%c%02d", digits, exponent < 0 ? '-' : '+',
                         std::abs(exponent));
}

// The digits of a number without its sign (strconv.FormatFloat).
std::string Digits(double size, char verb,
                   std::optional<std::size_t> precision) {
  const char small = absl::ascii_tolower(static_cast<unsigned char>(verb));
  std::string digits;
  if (small == 'b') {
    digits = BinaryDigits(size);
  } else if (small == 'x') {
    digits = HexadecimalDigits(size, precision);
  } else if (!precision) {
    digits = base::FormatGeneral(size);
  } else {
    const int places = static_cast<int>(*precision);
    digits = small == 'e'   ? absl::StrFormat("%.*e", places, size)
             : small == 'f' ? absl::StrFormat("%.*f", places, size)
                            : absl::StrFormat("%.*g", places, size);
  }
  if (small != verb) absl::AsciiStrToUpper(&digits);
  return digits;
}

// %#: a point always, and of %g and %x the zeros at the end.
std::string WithPoint(const std::string& digits, char verb,
                      std::optional<std::size_t> precision) {
  const bool hexadecimal = verb == 'x' || verb == 'X';
  std::size_t tail = digits.find_first_of(hexadecimal ? "pP" : "eE");
  tail = std::min(tail, digits.size());
  std::string number = digits.substr(0, tail);
  std::ptrdiff_t missing = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') {
    missing = static_cast<std::ptrdiff_t>(precision.value_or(6));
  }
  bool point = false;
  bool significant = false;
  for (const char c : number) {
    if (c == '.') {
      point = true;
      continue;
    }
    significant = significant || c != '0';
    if (significant) --missing;
  }
  if (!point) {
    if (number == "0") --missing;
    number += '.';
  }
  if (missing > 0) number.append(static_cast<std::size_t>(missing), '0');
  return number + digits.substr(tail);
}

}  // namespace

std::string Padded(const FormatFlags& flags, std::string text) {
  const std::size_t width = flags.width.value_or(0);
  const std::size_t size = width == 0 ? 0 : RuneCount(text);
  if (size >= width) return text;
  const std::string padding = Padding(flags, width - size);
  return flags.minus ? text + padding : padding + text;
}

std::string FormatInteger(const FormatFlags& flags, std::uint64_t bits,
                          bool is_signed, unsigned base, char verb) {
  const bool negative = is_signed && static_cast<std::int64_t>(bits) < 0;
  const std::uint64_t size = negative ? 0 - bits : bits;
  const std::string sign = SignOf(flags, negative);
  std::size_t least = 0;
  if (flags.precision) {
    // Nothing but padding.
    if (*flags.precision == 0 && size == 0) return PaddedWithSpaces(flags, "");
    least = *flags.precision;
  } else if (flags.zero && !flags.minus && flags.width) {
    least = *flags.width - std::min(*flags.width, sign.size());
  }
  char buffer[72];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), size,
                                 static_cast<int>(base));
  std::string digits(buffer, end.ptr);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (flags.sharp && base == 2) digits.insert(0, "0b");
  if (flags.sharp && base == 8 && digits.front() != '0') digits.insert(0, "0");
  if (flags.sharp && base == 16) digits.insert(0, "0x");
  if (verb == 'O') digits.insert(0, "0o");
  if (verb == 'X') absl::AsciiStrToUpper(&digits);
  return PaddedWithSpaces(flags, sign + digits);
}

std::string FormatCodePoint(const FormatFlags& flags, std::uint64_t number) {
  std::string text = absl::StrFormat("%X", number);
  const std::size_t least =
      std::max<std::size_t>(flags.precision.value_or(0), 4);
  if (text.size() < least) text.insert(0, least - text.size(), '0');
  text.insert(0, "U+");
  if (flags.sharp && number <= kLastRune &&
      base::IsPrintable(static_cast<std::uint32_t>(number))) {
    text += " '";
    AppendRune(static_cast<std::int64_t>(number), text);
    text += "'";
  }
  return PaddedWithSpaces(flags, std::move(text));
}

std::string FormatCharacter(const FormatFlags& flags, std::uint64_t number) {
  std::string text;
  AppendRune(number > kLastRune ? -1 : static_cast<std::int64_t>(number), text);
  return Padded(flags, std::move(text));
}

std::string FormatQuotedCharacter(const FormatFlags& flags,
                                  std::uint64_t number) {
  const auto rune = static_cast<std::uint32_t>(std::min(number, kLastRune + 1));
  return Padded(
      flags, flags.plus ? base::QuoteRuneAscii(rune) : base::QuoteRune(rune));
}

std::string FormatFloating(const FormatFlags& flags, double value, char verb,
                           std::optional<std::size_t> precision) {
  if (flags.precision) precision = flags.precision;
  if (std::isnan(value)) {
    return PaddedWithSpaces(flags, SignOf(flags, false) + "NaN");
  }
  const bool negative = std::signbit(value);
  if (std::isinf(value)) {
    const std::string sign = SignOf(flags, negative);
    return PaddedWithSpaces(flags, (sign.empty() ? "+" : sign) + "Inf");
  }
  std::string digits = Digits(std::abs(value), verb, precision);
  if (flags.sharp && verb != 'b') digits = WithPoint(digits, verb, precision);
  const std::string sign = SignOf(flags, negative);
  const std::size_t width = flags.width.value_or(0);
  // Zeros stand behind the sign.
  if (!sign.empty() && flags.zero && !flags.minus &&
      width > digits.size() + 1) {
    return sign + std::string(width - digits.size() - 1, '0') + digits;
  }
  return Padded(flags, sign + digits);
}

std::string FormatText(const FormatFlags& flags, std::string_view text) {
  return Padded(flags, std::string(Truncated(flags, text)));
}

std::string FormatQuotedText(const FormatFlags& flags, std::string_view text) {
  text = Truncated(flags, text);
  if (flags.sharp && base::CanBackquote(text)) {
    return Padded(flags, "`" + std::string(text) + "`");
  }
  return Padded(flags, flags.plus ? base::QuoteAscii(text) : base::Quote(text));
}

std::string FormatBytes(const FormatFlags& flags, std::string_view bytes,
                        char letter) {
  if (flags.precision) bytes = bytes.substr(0, *flags.precision);
  const std::string prefix = flags.sharp ? std::string("0") + letter : "";
  std::string digits;
  for (const char byte : bytes) {
    if (digits.empty()) {
      digits = prefix;
    } else if (flags.space) {
      digits += " " + prefix;
    }
    const auto value = static_cast<unsigned char>(byte);
    digits += letter == 'X' ? absl::StrFormat("%02X", value)
                            : absl::StrFormat("%02x", value);
  }
  return Padded(flags, std::move(digits));
}

}  // namespace alerts::text_template
