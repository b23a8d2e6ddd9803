#include "base/utf16.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.h"

namespace base {
namespace {

constexpr std::string_view kLittleEndian = "\xFF\xFE";
constexpr std::string_view kBigEndian = "\xFE\xFF";

}  // namespace

std::string Utf8FromUtf16(std::string text) {
  const bool big = text.starts_with(kBigEndian);
  if (!big && !text.starts_with(kLittleEndian)) return text;
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    return big ? first * 256U + second : second * 256U + first;
  };
  std::string out;
  std::size_t at = 2;
  for (; at + 1 < text.size(); at += 2) {
    std::uint32_t rune = unit(at);
    const bool pair = rune >= 0xD800 && rune < 0xDC00 && at + 3 < text.size() &&
                      unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000;
    if (pair) {
      rune = 0x10000 + ((rune - 0xD800) << 10U) + (unit(at + 2) - 0xDC00);
      at += 2;
    }
    AppendUtf8(rune, out);
  }
  if (at < text.size()) out += '\xFF';
  return out;
}

}  // namespace base
