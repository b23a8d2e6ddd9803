// Characters of a query.

#ifndef PROMQL_SYNTAX_CHARACTER_H_
#define PROMQL_SYNTAX_CHARACTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace promql {

// A character of UTF-8 text. What is not UTF-8 reads as U+FFFD of one byte;
// behind the end is kEndOfText of none.
struct Character {
  std::uint32_t rune = 0;
  std::size_t length = 0;
};

inline constexpr std::uint32_t kEndOfText = 0xFFFFFFFF;
inline constexpr std::uint32_t kInvalidRune = 0xFFFD;

Character ReadCharacter(std::string_view text, std::size_t offset);

inline bool IsSpace(std::uint32_t rune) {
  return rune == ' ' || rune == '\t' || rune == '\n' || rune == '\r';
}
inline bool IsDigit(std::uint32_t rune) { return rune >= '0' && rune <= '9'; }
inline bool IsAlpha(std::uint32_t rune) {
  return rune == '_' || (rune >= 'a' && rune <= 'z') ||
         (rune >= 'A' && rune <= 'Z');
}
inline bool IsAlphaNumeric(std::uint32_t rune) {
  return IsAlpha(rune) || IsDigit(rune);
}

// U+0061 'a': Go's %#U.
std::string NameRune(std::uint32_t rune);

}  // namespace promql

#endif  // PROMQL_SYNTAX_CHARACTER_H_
