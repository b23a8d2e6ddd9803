// How Go's package fmt writes numbers and texts with the flags of a directive
// (fmt/format.go).

#ifndef ALERTS_TEMPLATES_GO_FORMAT_H_
#define ALERTS_TEMPLATES_GO_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alerts::text_template {

// What stands between % and the verb.
struct FormatFlags {
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;   // %+v: fields with their names.
  bool sharp_v = false;  // %#v: as Go's source has it.
  std::optional<std::size_t> width;
  std::optional<std::size_t> precision;
};

// A whole number with the digits of `base`: 2, 8, 10 or 16. The verb O gives
// octal digits their 0o, X makes letters large.
std::string FormatInteger(const FormatFlags& flags, std::uint64_t bits,
                          bool is_signed, unsigned base, char verb);
// %U, %c and %q of a number.
std::string FormatCodePoint(const FormatFlags& flags, std::uint64_t number);
std::string FormatCharacter(const FormatFlags& flags, std::uint64_t number);
std::string FormatQuotedCharacter(const FormatFlags& flags,
                                  std::uint64_t number);

// `verb` is one of b, e, E, f, g, G, x, X; a precision in the flags stands over
// `precision`, and no precision is the shortest that reads back the same.
std::string FormatFloating(const FormatFlags& flags, double value, char verb,
                           std::optional<std::size_t> precision);

// %s, %q and %x of a text. `letter` is x or X.
std::string FormatText(const FormatFlags& flags, std::string_view text);
std::string FormatQuotedText(const FormatFlags& flags, std::string_view text);
std::string FormatBytes(const FormatFlags& flags, std::string_view bytes,
                        char letter);

// The text within the directive's width.
std::string Padded(const FormatFlags& flags, std::string text);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_GO_FORMAT_H_
