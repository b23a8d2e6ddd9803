// Constants of Go: quoted strings, characters and numbers.

#ifndef ALERTS_TEMPLATES_CONSTANT_H_
#define ALERTS_TEMPLATES_CONSTANT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alerts/templates/tree.h"

namespace alerts::text_template {

// The character in UTF-8; U+FFFD for what is no character.
void AppendRune(std::int64_t rune, std::string& out);

// Go's strconv.Unquote of "..." and `...`; nothing for wrong syntax.
std::optional<std::string> Unquote(std::string_view quoted);

// A number or character constant. On failure `error` is Go's text.
std::optional<Number> ParseNumber(std::string_view text, std::string& error);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_CONSTANT_H_
