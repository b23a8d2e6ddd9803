#include "base/quote.h"

#include <cstddef>

#include "absl/strings/str_format.h"
#include "base/utf8.h"
#include "re2/re2.h"

namespace base {
namespace {

bool IsCharacter(std::uint32_t rune) {
  return rune <= 0x10FFFF && !(rune >= 0xD800 && rune < 0xE000);
}

std::string Encode(std::uint32_t rune) {
  std::string out;
  AppendUtf8(rune, out);
  return out;
}

// The letter behind the backslash of a control character that has one.
char EscapeLetter(std::uint32_t rune) {
  constexpr std::string_view kLetters = "abtnvfr";  // From U+0007 on.
  return rune >= 7 && rune < 7 + kLetters.size() ? kLetters[rune - 7] : '\0';
}

void AppendEscapedRune(std::string& out, std::uint32_t rune, char quote,
                       bool ascii) {
  if (rune == static_cast<unsigned char>(quote) || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
  } else if (IsPrintable(rune) && (rune < 0x80 || !ascii)) {
    out += Encode(rune);
  } else if (const char letter = EscapeLetter(rune); letter != '\0') {
    out += '\\';
    out += letter;
  } else if (rune < ' ' || rune == 0x7F) {
    absl::StrAppendFormat(&out, "\\x%02x", rune);
  } else if (rune < 0x10000) {
    absl::StrAppendFormat(&out, "\\u%04x", rune);
  } else {
    absl::StrAppendFormat(&out, "\\U%08x", rune);
  }
}

std::string QuoteText(std::string_view text, bool ascii) {
  std::string out = "\"";
  while (!text.empty()) {
    std::uint32_t rune = 0;
    const std::size_t length = DecodeUtf8(text, &rune);
    if (length == 0) {
      absl::StrAppendFormat(&out, "\\x%02x",
                            static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    AppendEscapedRune(out, rune, '"', ascii);
    text.remove_prefix(length);
  }
  return out += '"';
}

std::string QuoteOne(std::uint32_t rune, bool ascii) {
  std::string out = "'";
  AppendEscapedRune(out, IsCharacter(rune) ? rune : kReplacementCharacter, '\'',
                    ascii);
  return out += '\'';
}

}  // namespace

bool IsPrintable(std::uint32_t rune) {
  if (rune < 0x80) return rune >= ' ' && rune != 0x7F;
  if (!IsCharacter(rune)) return false;
  static const re2::RE2* const printable = new re2::RE2(R"([\pL\pM\pN\pP\pS])");
  return re2::RE2::FullMatch(Encode(rune), *printable);
}

std::string Quote(std::string_view text) { return QuoteText(text, false); }

std::string QuoteAscii(std::string_view text) { return QuoteText(text, true); }

std::string QuoteRune(std::uint32_t rune) { return QuoteOne(rune, false); }

std::string QuoteRuneAscii(std::uint32_t rune) { return QuoteOne(rune, true); }

bool CanBackquote(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t rune = 0;
    const std::size_t length = DecodeUtf8(text, &rune);
    if (length == 0 || rune == '`' || rune == 0x7F || rune == 0xFEFF ||
        (rune < ' ' && rune != '\t')) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace base
