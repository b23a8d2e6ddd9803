// Texts and characters as Go writes them in quotes (package strconv).

#ifndef BASE_QUOTE_H_
#define BASE_QUOTE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

// Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the
// ASCII space.
bool IsPrintable(std::uint32_t rune);

// strconv.Quote, which Prometheus writes label values with.
std::string Quote(std::string_view text);

// strconv.QuoteToASCII: "é" is "\u00e9".
std::string QuoteAscii(std::string_view text);

// strconv.QuoteRune and QuoteRuneToASCII: 'x'. What is no character is U+FFFD.
std::string QuoteRune(std::uint32_t rune);
std::string QuoteRuneAscii(std::uint32_t rune);

// strconv.CanBackquote: whether it can stand within `` as it is.
bool CanBackquote(std::string_view text);

}  // namespace base

#endif  // BASE_QUOTE_H_
