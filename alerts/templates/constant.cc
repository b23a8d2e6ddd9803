#include "alerts/templates/constant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "base/labels.h"
#include "base/number.h"

namespace alerts::text_template {
namespace {

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
    AppendUtf8(rune, out);
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

std::optional<std::int64_t> ParseCharacter(std::string_view quoted) {
  std::string_view inside = quoted.substr(1, quoted.size() - 2);
  if (inside.empty()) return std::nullopt;
  std::string bytes;
  std::int64_t rune = 0;
  if (inside.front() == '\\') {
    inside.remove_prefix(1);
    if (!TakeEscape(inside, '\'', bytes, rune) || !inside.empty()) {
      return std::nullopt;
    }
    return rune;
  }
  const auto first = static_cast<unsigned char>(inside.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                                            : 4;
  if (inside.size() != length) return std::nullopt;
  rune = length == 1 ? first : first & (0xff >> (length + 1));
  for (const char next : inside.substr(1)) {
    rune = (rune << 6) | (static_cast<unsigned char>(next) & 0x3f);
  }
  return rune;
}

// Go's strconv.ParseInt(text, 0, 64): base prefixes, underscores.
std::optional<std::int64_t> ParseInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
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
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(
      digits.data(), digits.data() + digits.size(), value, radix);
  if (code != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  const std::uint64_t bound =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > bound + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

}  // namespace

void AppendUtf8(std::int64_t rune, std::string& out) {
  if (rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) {
    rune = 0xfffd;
  }
  const auto put = [&out](std::int64_t byte) {
    out.push_back(static_cast<char>(byte));
  };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xc0 | (rune >> 6));
    put(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    put(0xe0 | (rune >> 12));
    put(0x80 | ((rune >> 6) & 0x3f));
    put(0x80 | (rune & 0x3f));
  } else {
    put(0xf0 | (rune >> 18));
    put(0x80 | ((rune >> 12) & 0x3f));
    put(0x80 | ((rune >> 6) & 0x3f));
    put(0x80 | (rune & 0x3f));
  }
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
    number.integer = ParseCharacter(text);
    if (!number.integer) {
      error = "malformed character constant: " + number.text;
      return std::nullopt;
    }
    number.floating = static_cast<double>(*number.integer);
    return number;
  }
  const bool hexadecimal = (text.starts_with("0x") || text.starts_with("0X")) &&
                           text.find_first_of("pP") == std::string_view::npos;
  number.is_float =
      !hexadecimal && text.find_first_of(".eEpP") != std::string_view::npos;
  number.integer = ParseInteger(text);
  if (number.integer) {
    number.floating = static_cast<double>(*number.integer);
    return number;
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
  const double value = *number.floating;
  if (std::abs(value) < 9.2e18 && std::trunc(value) == value) {
    number.integer = static_cast<std::int64_t>(value);
  }
  return number;
}

}  // namespace alerts::text_template
