#include "base/printable.h"

#include "re2/re2.h"

namespace base {

bool IsPrintable(std::string_view character) {
  if (character.size() == 1) return character[0] >= ' ' && character[0] <= '~';
  static const auto* const printable =
      new re2::RE2(R"([\pL\pM\pN\pP\pS])", re2::RE2::Quiet);
  return re2::RE2::FullMatch(
      re2::StringPiece(character.data(), character.size()), *printable);
}

}  // namespace base
