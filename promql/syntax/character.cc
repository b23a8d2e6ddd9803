#include "promql/syntax/character.h"

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/utf8.h"

namespace promql {

Character ReadCharacter(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {kEndOfText, 0};
  std::uint32_t rune = 0;
  const std::size_t length = base::DecodeUtf8(text.substr(offset), &rune);
  return length == 0 ? Character{kInvalidRune, 1} : Character{rune, length};
}

std::string NameRune(std::uint32_t rune) {
  if (rune == kEndOfText) rune = kInvalidRune;
  std::string text = absl::StrFormat("U+%04X", rune);
  if (base::IsPrintable(rune)) {
    text += " '";
    base::AppendUtf8(rune, text);
    text += '\'';
  }
  return text;
}

}  // namespace promql
