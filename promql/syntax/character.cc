#include "promql/syntax/character.h"

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace promql {

Character ReadCharacter(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {kEndOfText, 0};
  std::uint32_t rune = 0;
  const std::size_t length = base::DecodeUtf8(text.substr(offset), &rune);
  return length == 0 ? Character{kInvalidRune, 1} : Character{rune, length};
}

void AppendRune(std::string& out, std::uint32_t rune) {
  const auto put = [&](std::uint32_t byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xC0 | rune >> 6), put(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    put(0xE0 | rune >> 12), put(0x80 | (rune >> 6 & 0x3F));
    put(0x80 | (rune & 0x3F));
  } else {
    put(0xF0 | rune >> 18), put(0x80 | (rune >> 12 & 0x3F));
    put(0x80 | (rune >> 6 & 0x3F)), put(0x80 | (rune & 0x3F));
  }
}

std::string QuoteRune(std::uint32_t rune) {
  if (rune == kEndOfText) rune = kInvalidRune;  // As Go shows a rune of -1.
  if (rune == '\'') return "'\\''";
  if (rune == '"') return "'\"'";
  std::string text;
  AppendRune(text, rune);
  std::string quoted = base::Quote(text);
  quoted.front() = '\'';
  quoted.back() = '\'';
  return quoted;
}

std::string NameRune(std::uint32_t rune) {
  if (rune == kEndOfText) rune = kInvalidRune;
  std::string character;
  AppendRune(character, rune);
  const std::string text = absl::StrFormat("U+%04X", rune);
  return base::IsPrintable(character)
             ? absl::StrFormat("%s '%s'", text, character)
             : text;
}

}  // namespace promql
