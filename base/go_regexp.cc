#include "base/go_regexp.h"

#include <algorithm>
#include <cstddef>

namespace base {
namespace {

// The length of the class [...] at the start of `text`, of all of it when it
// has no end. A ] that comes first stands for itself.
std::size_t ClassLength(std::string_view text) {
  std::size_t at = text.starts_with("[^") ? 2 : 1;
  for (bool first = true; at < text.size(); ++at, first = false) {
    if (text[at] == ']' && !first) return at + 1;
    if (text[at] == '\\') {
      ++at;
    } else if (text.substr(at).starts_with("[:")) {
      const std::size_t end = text.find(":]", at + 2);
      if (end != text.npos) at = end + 1;
    }
  }
  return text.size();
}

// The length of \Q...\E.
std::size_t QuoteLength(std::string_view text) {
  const std::size_t end = text.find("\\E", 2);
  return end == text.npos ? text.size() : end + 2;
}

// Of what stands at its front: a quote, an escape, a class, or one byte.
// REQUIRES: there is something
std::size_t PieceLength(std::string_view text) {
  if (text.starts_with("\\Q")) return QuoteLength(text);
  if (text[0] == '\\') return std::min<std::size_t>(2, text.size());
  return text[0] == '[' ? ClassLength(text) : 1;
}

bool NamesAGroup(std::string_view text) {
  return text.starts_with("(?<") && !text.starts_with("(?<=") &&
         !text.starts_with("(?<!");
}

}  // namespace

absl::StatusOr<std::string> FromGoRegexp(std::string_view regexp) {
  std::string out;
  while (!regexp.empty()) {
    if (regexp.starts_with("\\C")) {
      return absl::InvalidArgumentError("invalid escape sequence: `\\C`");
    }
    if (NamesAGroup(regexp)) {
      out += "(?P";
      regexp.remove_prefix(2);
    }
    const std::size_t length = PieceLength(regexp);
    out += regexp.substr(0, length);
    regexp.remove_prefix(length);
  }
  return out;
}

bool LeavesQuoteOpen(std::string_view regexp) {
  while (!regexp.empty()) {
    const std::size_t length = PieceLength(regexp);
    if (regexp.starts_with("\\Q") &&
        !regexp.substr(0, length).ends_with("\\E")) {
      return true;
    }
    regexp.remove_prefix(length);
  }
  return false;
}

}  // namespace base
