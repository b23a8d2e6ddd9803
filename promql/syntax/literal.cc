// Strings and numbers, character by character.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "promql/syntax/character.h"
#include "promql/syntax/lexer.h"

namespace promql {
namespace {

// Walks over the characters of a number.
class NumberScanner {
 public:
  NumberScanner(std::string_view text, bool series)
      : text_(text), series_(series) {}

  ScannedNumber Scan() {
    const bool valid = ScanDigits() && at_ > 0 && EndsCleanly();
    return {at_, valid};
  }

 private:
  bool Is(std::string_view set) const {
    return at_ < text_.size() && set.find(text_[at_]) != set.npos;
  }
  bool Accept(std::string_view set) {
    if (!Is(set)) return false;
    ++at_;
    return true;
  }
  bool AtEnd() const { return at_ >= text_.size(); }

  bool ScanDigits() {
    digits_ = "0123456789";
    // In a series 0x3 is four times 0.
    if (!series_ && Accept("0") && Accept("xX")) {
      hexadecimal_ = true;
      Accept("_");
      digits_ = "0123456789abcdefABCDEF";
    }
    Accept(".");
    Accept(digits_);
    while (Is(digits_) || Is("._eE")) {
      if (Is(digits_)) {
        ++at_;
      } else if (Is(".")   ? !ScanDot()
                 : Is("_") ? !ScanUnderscore()
                           : !ScanExponent()) {
        return false;
      }
    }
    return true;
  }

  bool ScanDot() {
    ++at_;
    if (dot_) return false;
    dot_ = true;
    return !Accept("_.") && !hexadecimal_;
  }

  bool ScanUnderscore() {
    ++at_;
    return !Accept("._eE") && !AtEnd();
  }

  bool ScanExponent() {
    ++at_;
    if (exponent_) return false;
    exponent_ = true;
    Accept("+-");
    return !Accept("._eE") && !AtEnd();
  }

  bool EndsCleanly() const {
    if (AtEnd()) return true;
    const auto next = static_cast<unsigned char>(text_[at_]);
    return (series_ && next == 'x') || !IsAlphaNumeric(next);
  }

  std::string_view text_;
  bool series_;
  std::string_view digits_;
  bool hexadecimal_ = false;
  bool dot_ = false;
  bool exponent_ = false;
  std::size_t at_ = 0;
};

// Go's strconv.ParseInt(text, 0, 64) of what the lexer takes for a number.
std::optional<std::int64_t> ParseInteger(std::string_view digits) {
  int radix = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const bool hexadecimal = (digits[1] | 0x20) == 'x';
    radix = hexadecimal ? 16 : 8;
    digits.remove_prefix(hexadecimal ? 2 : 1);
  }
  std::int64_t value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    if (digit >= radix ||
        value > (std::numeric_limits<std::int64_t>::max() - digit) / radix) {
      return std::nullopt;
    }
    value = value * radix + digit;
  }
  if (digits.empty()) return std::nullopt;
  return value;
}

std::uint32_t DigitValue(std::uint32_t rune) {
  if (IsDigit(rune)) return rune - '0';
  if (rune >= 'a' && rune <= 'f') return rune - 'a' + 10;
  if (rune >= 'A' && rune <= 'F') return rune - 'A' + 10;
  return 16;
}

// An escape with digits: their base and number, and the largest value.
struct NumericEscape {
  std::uint32_t base = 0;
  int digits = 0;
  std::uint32_t largest = 0;
};

NumericEscape NumericEscapeOf(std::uint32_t rune) {
  if (rune >= '0' && rune <= '7') return {8, 3, 255};
  switch (rune) {
    case 'x':
      return {16, 2, 255};
    case 'u':
      return {16, 4, 0x10FFFF};
    case 'U':
      return {16, 8, 0x10FFFF};
    default:
      return {};
  }
}

// Moves `at` over the escape whose backslash lies before it; what is wrong
// with it, or "".
std::string ScanEscape(std::string_view text, std::size_t& at, char quote) {
  Character c = ReadCharacter(text, at);
  if (c.rune == kEndOfText) return "escape sequence not terminated";
  if (c.rune == static_cast<unsigned char>(quote) ||
      (c.rune < 0x80 &&
       std::string_view("abfnrtv\\").find(static_cast<char>(c.rune)) !=
           std::string_view::npos)) {
    at += c.length;
    return "";
  }
  const NumericEscape escape = NumericEscapeOf(c.rune);
  if (escape.digits == 0) {
    return absl::StrFormat("unknown escape sequence %s", NameRune(c.rune));
  }
  if (escape.base == 16) at += c.length;
  std::uint64_t value = 0;
  for (int i = 0; i < escape.digits; ++i) {
    c = ReadCharacter(text, at);
    if (c.rune == kEndOfText) return "escape sequence not terminated";
    const std::uint32_t digit = DigitValue(c.rune);
    if (digit >= escape.base) {
      return absl::StrFormat("illegal character %s in escape sequence",
                             NameRune(c.rune));
    }
    value = value * escape.base + digit;
    at += c.length;
  }
  if (value > escape.largest || (value >= 0xD800 && value < 0xE000)) {
    return "escape sequence is an invalid Unicode code point";
  }
  return "";
}

char PlainEscape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

}  // namespace

ScannedNumber ScanNumber(std::string_view text, bool series) {
  return NumberScanner(text, series).Scan();
}

ParsedNumber ParseNumber(std::string_view token) {
  const auto fail = [&](std::string_view why) {
    return ParsedNumber{
        0, absl::StrFormat(
               "error parsing number: strconv.ParseFloat: parsing %s: %s",
               base::Quote(token), why)};
  };
  // Elsewhere the lexer lets them stand between digits only.
  if (token.ends_with('_')) return fail("invalid syntax");
  std::string plain(token);
  std::erase(plain, '_');
  if (const std::optional<std::int64_t> integer = ParseInteger(plain)) {
    return {static_cast<double>(*integer), ""};
  }
  const bool hexadecimal =
      plain.size() > 1 && plain[0] == '0' && (plain[1] | 0x20) == 'x';
  double value = 0;
  if (hexadecimal || !absl::SimpleAtod(plain, &value)) {
    return fail("invalid syntax");
  }
  // Inf itself ends in a letter.
  if (std::isinf(value) && !IsAlpha(static_cast<unsigned char>(plain.back()))) {
    return fail("value out of range");
  }
  return {value, ""};
}

ScannedString ScanString(std::string_view text) {
  const char quote = text.front();
  const bool raw = quote == '`';
  std::size_t at = 1;
  while (true) {
    const Character c = ReadCharacter(text, at);
    if (c.rune == kEndOfText || (c.rune == '\n' && !raw)) {
      return {at + c.length,
              raw ? "unterminated raw string" : "unterminated quoted string"};
    }
    at += c.length;
    // U+FFFD itself too: Prometheus does not tell them apart.
    if (c.rune == kInvalidRune) return {at, "invalid UTF-8 rune"};
    if (c.rune == static_cast<unsigned char>(quote)) return {at, ""};
    if (c.rune == '\\' && !raw) {
      std::string error = ScanEscape(text, at, quote);
      if (!error.empty()) return {at, std::move(error)};
    }
  }
}

std::string Unquote(std::string_view token) {
  const std::string_view inner = token.substr(1, token.size() - 2);
  if (token.front() == '`') return std::string(inner);
  std::string out;
  for (std::size_t i = 0; i < inner.size();) {
    if (inner[i] != '\\') {
      out += inner[i++];
      continue;
    }
    ++i;
    const NumericEscape escape =
        NumericEscapeOf(static_cast<unsigned char>(inner[i]));
    if (escape.digits == 0) {
      out += PlainEscape(inner[i++]);
      continue;
    }
    if (escape.base == 16) ++i;
    std::uint32_t value = 0;
    for (int digit = 0; digit < escape.digits; ++digit) {
      value = value * escape.base +
              DigitValue(static_cast<unsigned char>(inner[i++]));
    }
    // \xFF and \377 are bytes, \u00FF is a character.
    if (escape.largest == 255) {
      out += static_cast<char>(static_cast<unsigned char>(value));
    } else {
      base::AppendUtf8(value, out);
    }
  }
  return out;
}

}  // namespace promql
