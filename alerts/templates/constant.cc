#include "alerts/templates/constant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <limits>

#include "absl/strings/ascii.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/utf8.h"

namespace alerts::text_template {
namespace {

using Complex = std::complex<double>;

int DigitValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return 99;
}

// Takes exactly `count` digits off the front.
std::optional<std::int64_t> TakeDigits(std::string_view& text,
                                       std::size_t count, int radix) {
  if (text.size() < count) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : text.substr(0, count)) {
    if (DigitValue(digit) >= radix) return std::nullopt;
    value = value * radix + DigitValue(digit);
  }
  text.remove_prefix(count);
  return value;
}

struct Escape {
  char letter;
  char value;
};
constexpr Escape kEscapes[] = {
    {'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'},  {'r', '\r'},
    {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'}};

// Takes what follows a backslash. `rune` is set for \u and \U, else bytes are
// appended.
bool TakeEscape(std::string_view& text, char quote, std::string& out,
                std::int64_t& rune) {
  if (text.empty()) return false;
  const char letter = text.front();
  text.remove_prefix(1);
  for (const Escape& escape : kEscapes) {
    if (escape.letter != letter) continue;
    if ((letter == '\'' || letter == '"') && letter != quote) return false;
    rune = escape.value;
    out.push_back(escape.value);
    return true;
  }
  if (letter == 'u' || letter == 'U') {
    const auto value = TakeDigits(text, letter == 'u' ? 4 : 8, 16);
    if (!value || *value > 0x10ffff || (*value >= 0xd800 && *value < 0xe000)) {
      return false;
    }
    rune = *value;
    AppendRune(rune, out);
    return true;
  }
  std::optional<std::int64_t> byte;
  if (letter == 'x') {
    byte = TakeDigits(text, 2, 16);
  } else if (letter >= '0' && letter <= '7') {
    byte = TakeDigits(text, 2, 8);
    if (byte) *byte += (letter - '0') * 64;
    if (byte && *byte > 255) return false;
  }
  if (!byte) return false;
  rune = *byte;
  out.push_back(static_cast<char>(*byte));
  return true;
}

// Takes one character, escaped or not, off the front.
std::optional<std::int64_t> TakeCharacter(std::string_view& text, char quote) {
  if (text.empty() || text.front() == quote) return std::nullopt;
  std::string bytes;
  std::int64_t rune = 0;
  if (text.front() == '\\') {
    text.remove_prefix(1);
    if (!TakeEscape(text, quote, bytes, rune)) return std::nullopt;
    return rune;
  }
  std::uint32_t decoded = 0xfffd;
  const std::size_t length = base::DecodeUtf8(text, &decoded);
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return decoded;
}

// A whole number of 64 bits and its sign.
struct Whole {
  bool negative = false;
  std::uint64_t size = 0;
};

// Go's strconv.ParseInt(text, 0, 64) and ParseUint: base prefixes, underscores.
std::optional<Whole> ParseWhole(std::string_view text) {
  Whole whole;
  whole.negative = text.starts_with('-');
  if (whole.negative || text.starts_with('+')) text.remove_prefix(1);
  int radix = 10;
  const auto plain = base::WithoutUnderscores(text);
  if (!plain.has_value()) return std::nullopt;
  std::string_view digits = *plain;
  if (digits.size() > 1 && digits.front() == '0') {
    const char letter =
        absl::ascii_tolower(static_cast<unsigned char>(digits[1]));
    radix = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    digits.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2
                                                                         : 1);
  }
  if (digits.starts_with('-') || digits.starts_with('+')) return std::nullopt;
  const auto [end, code] = std::from_chars(
      digits.data(), digits.data() + digits.size(), whole.size, radix);
  if (code != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return whole;
}

// What an int can be; nothing for more.
std::optional<std::int64_t> IntegerOf(const Whole& whole) {
  const std::uint64_t bound =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (whole.size > bound + (whole.negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(whole.negative ? 0 - whole.size
                                                  : whole.size);
}

// "2i", "1+2i", which the lexer has seen to be of that form.
std::optional<Complex> ParseComplex(std::string_view text) {
  text.remove_suffix(1);
  // The sign of the second part, not that of an exponent.
  std::size_t sign = text.find_last_of("+-");
  while (sign != std::string_view::npos && sign > 0 &&
         std::string_view("eEpP").find(text[sign - 1]) != text.npos) {
    sign = text.find_last_of("+-", sign - 1);
  }
  if (sign == std::string_view::npos) sign = 0;
  const auto real = sign == 0 ? 0.0 : base::ParseFloat(text.substr(0, sign));
  const auto imaginary = base::ParseFloat(text.substr(sign));
  if (!real || !imaginary) return std::nullopt;
  return Complex(*real, *imaginary);
}

// As a value of another kind can use it.
void UseFloat(double value, Number& number) {
  number.floating = value;
  if (std::abs(value) < 9.2e18 && std::trunc(value) == value) {
    number.integer = static_cast<std::int64_t>(value);
  }
}

}  // namespace

void AppendRune(std::int64_t rune, std::string& out) {
  if (rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) {
    rune = 0xfffd;
  }
  base::AppendUtf8(static_cast<std::uint32_t>(rune), out);
}

std::optional<std::string> Unquote(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return std::nullopt;
  const char quote = quoted.front();
  std::string_view inside = quoted.substr(1, quoted.size() - 2);
  std::string out;
  if (quote == '`') {
    out = std::string(inside);
    std::erase(out, '\r');
    return out;
  }
  while (!inside.empty()) {
    const char next = inside.front();
    inside.remove_prefix(1);
    std::int64_t rune = 0;
    if (next == quote || next == '\n') return std::nullopt;
    if (next != '\\') {
      out.push_back(next);
    } else if (!TakeEscape(inside, quote, out, rune)) {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<Number> ParseNumber(std::string_view text, std::string& error) {
  Number number;
  number.text = std::string(text);
  if (text.starts_with('\'')) {
    std::string_view rest = text.substr(1);
    number.integer = TakeCharacter(rest, '\'');
    if (!number.integer || rest != "'") {
      error = number.integer ? "malformed character constant: " + number.text
                             : "invalid syntax";
      return std::nullopt;
    }
    number.floating = static_cast<double>(*number.integer);
    return number;
  }
  if (text.ends_with('i')) {
    number.complex = ParseComplex(text);
    if (number.complex && number.complex->imag() == 0) {
      UseFloat(number.complex->real(), number);
    }
    if (number.complex) return number;
  }
  const bool hexadecimal = (text.starts_with("0x") || text.starts_with("0X")) &&
                           text.find_first_of("pP") == std::string_view::npos;
  number.is_float =
      !hexadecimal && text.find_first_of(".eEpP") != std::string_view::npos;
  if (const auto whole = ParseWhole(text)) {
    number.integer = IntegerOf(*whole);
    number.overflows =
        !number.integer && !whole->negative && !text.starts_with('+');
    if (number.integer || number.overflows) {
      number.floating =
          static_cast<double>(whole->size) * (whole->negative ? -1 : 1);
      return number;
    }
  }
  number.floating = base::ParseFloat(text);
  if (number.floating && !number.is_float) {
    error = "integer overflow: " + base::Quote(text);
    return std::nullopt;
  }
  if (!number.floating) {
    error = "illegal number syntax: " + base::Quote(text);
    return std::nullopt;
  }
  UseFloat(*number.floating, number);
  return number;
}

}  // namespace alerts::text_template
