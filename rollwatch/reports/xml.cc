#include "rollwatch/reports/xml.h"

#include <cstdint>

#include "base/utf8.h"

namespace rollwatch {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsXmlCharacter(std::uint32_t rune) {
  if (rune < 0x20) return rune == '\t' || rune == '\n' || rune == '\r';
  return rune != 0xFFFE && rune != 0xFFFF;
}

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    std::uint32_t rune = 0;
    const std::size_t length = base::DecodeUtf8(text, &rune);
    if (length == 0 || !IsXmlCharacter(rune)) {
      escaped += kReplacement;
    } else if (rune == '&') {
      escaped += "&amp;";
    } else if (rune == '<') {
      escaped += "&lt;";
    } else if (rune == '>') {
      escaped += "&gt;";
    } else if (rune == '"') {
      escaped += "&quot;";
    } else if (rune == '\r') {
      escaped += "&#13;";
    } else {
      escaped += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return escaped;
}

}  // namespace rollwatch
