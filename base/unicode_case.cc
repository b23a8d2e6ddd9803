#include "base/unicode_case.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "absl/strings/ascii.h"
#include "base/unicode_case_table.h"
#include "base/utf8.h"

namespace base {
namespace {

// The row of a character; nullptr when it has no mapping.
const CaseRange* Find(std::span<const CaseRange> ranges, std::uint32_t rune) {
  const auto next =
      std::ranges::upper_bound(ranges, rune, {}, &CaseRange::first);
  if (next == ranges.begin()) return nullptr;
  const CaseRange& range = *(next - 1);
  const bool holds =
      rune <= range.last && (rune - range.first) % range.stride == 0;
  return holds ? &range : nullptr;
}

std::uint32_t Map(const CaseRange* range, std::uint32_t rune) {
  return range == nullptr ? rune
                          : rune + static_cast<std::uint32_t>(range->delta);
}

std::uint32_t Title(std::uint32_t rune) {
  const CaseRange* own = Find(TitleRanges(), rune);
  return Map(own == nullptr ? Find(UpperRanges(), rune) : own, rune);
}

void Append(std::string& out, std::uint32_t rune) {
  const auto byte = [&](std::uint32_t value) {
    out += static_cast<char>(value);
  };
  if (rune < 0x80) {
    byte(rune);
  } else if (rune < 0x800) {
    byte(0xC0U | rune >> 6U);
    byte(0x80U | (rune & 0x3FU));
  } else if (rune < 0x10000) {
    byte(0xE0U | rune >> 12U);
    byte(0x80U | (rune >> 6U & 0x3FU));
    byte(0x80U | (rune & 0x3FU));
  } else {
    byte(0xF0U | rune >> 18U);
    byte(0x80U | (rune >> 12U & 0x3FU));
    byte(0x80U | (rune >> 6U & 0x3FU));
    byte(0x80U | (rune & 0x3FU));
  }
}

template <typename Mapping>
std::string MapEach(std::string_view text, const Mapping& mapping) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::uint32_t rune = kReplacementCharacter;
    const std::size_t length =
        std::max<std::size_t>(DecodeUtf8(text, &rune), 1);
    Append(out, mapping(rune));
    text.remove_prefix(length);
  }
  return out;
}

// (strings.isSeparator, unicode.IsSpace.)
bool SeparatesWords(std::uint32_t rune) {
  if (rune < 0x80) {
    return rune != '_' &&
           !absl::ascii_isalnum(static_cast<unsigned char>(rune));
  }
  return rune == 0x85 || rune == 0xA0 || rune == 0x1680 ||
         (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
         rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

}  // namespace

std::string ToUpper(std::string_view text) {
  return MapEach(text, [](std::uint32_t rune) {
    return Map(Find(UpperRanges(), rune), rune);
  });
}

std::string ToLower(std::string_view text) {
  return MapEach(text, [](std::uint32_t rune) {
    return Map(Find(LowerRanges(), rune), rune);
  });
}

std::string ToTitle(std::string_view text) {
  std::uint32_t before = ' ';
  return MapEach(text, [&](std::uint32_t rune) {
    const bool begins = SeparatesWords(before);
    before = rune;
    return begins ? Title(rune) : rune;
  });
}

}  // namespace base
