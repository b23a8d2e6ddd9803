#include "promql/syntax/character.h"

#include "absl/strings/str_format.h"
#include "base/labels.h"

namespace promql {

Character ReadCharacter(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {kEndOfText, 0};
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return offset + i < text.size()
               ? static_cast<unsigned char>(text[offset + i])
               : 0U;
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  std::uint32_t rune = 0;
  std::uint32_t least = 0;
  if ((first & 0xE0) == 0xC0) {
    length = 2, rune = first & 0x1F, least = 0x80;
  } else if ((first & 0xF0) == 0xE0) {
    length = 3, rune = first & 0x0F, least = 0x800;
  } else if ((first & 0xF8) == 0xF0) {
    length = 4, rune = first & 0x07, least = 0x10000;
  } else {
    return {kInvalidRune, 1};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kInvalidRune, 1};
    rune = rune << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = rune >= 0xD800 && rune < 0xE000;
  if (rune < least || surrogate || rune > 0x10FFFF) return {kInvalidRune, 1};
  return {rune, length};
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
  std::string text = absl::StrFormat("U+%04X", rune);
  if (rune < 0x20 || rune == 0x7F) return text;  // Not printable.
  text += " '";
  AppendRune(text, rune);
  return text += '\'';
}

}  // namespace promql
