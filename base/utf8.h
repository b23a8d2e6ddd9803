// UTF-8, a character at a time.

#ifndef BASE_UTF8_H_
#define BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

// May stand before a text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Stands for what is no character.
inline constexpr std::uint32_t kReplacementCharacter = 0xFFFD;

// The length in bytes of the character that `text` begins with, or 0 when
// those bytes are no UTF-8 or there are none. `rune` may be null.
std::size_t DecodeUtf8(std::string_view text, std::uint32_t* rune = nullptr);

// Appends one character. A surrogate gives bytes that are no UTF-8.
// REQUIRES: rune <= 0x10FFFF
void AppendUtf8(std::uint32_t rune, std::string& out);

// Whether all of it is UTF-8.
bool IsUtf8(std::string_view text);

}  // namespace base

#endif  // BASE_UTF8_H_
