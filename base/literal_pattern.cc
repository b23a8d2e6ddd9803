#include "base/literal_pattern.h"

#include <algorithm>

#include "base/utf8.h"

namespace base {
namespace {

constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
constexpr std::string_view kQuantifiers = "*+?{";

bool IsSpecial(char c) { return kSpecial.find(c) != std::string_view::npos; }

// Takes a character that stands for itself off the front: "a", "\.".
bool TakeLiteral(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  if (text[0] == '\\') {
    if (text.size() < 2 || !IsSpecial(text[1])) return false;
    out += text[1];
    text.remove_prefix(2);
    return true;
  }
  if (IsSpecial(text[0])) return false;
  out += text[0];
  text.remove_prefix(1);
  return true;
}

// What RE2's dot matches in any of its modes.
bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c != '\n' && static_cast<unsigned char>(c) < 0x80;
  });
}

}  // namespace

LiteralPattern::LiteralPattern(std::string_view regexp) {
  if (!IsUtf8(regexp)) return;
  std::string_view inner = regexp;
  if (inner.starts_with('(') && inner.ends_with(')')) {
    inner = inner.substr(1, inner.size() - 2);
  }
  if (ReadWords(inner)) return;
  words_.clear();
  ReadPrefix(regexp);
}

bool LiteralPattern::ReadWords(std::string_view regexp) {
  std::string word;
  for (;;) {
    while (TakeLiteral(regexp, word)) {
    }
    words_.push_back(word);
    word.clear();
    if (regexp.empty()) return true;
    if (regexp[0] != '|') return false;
    regexp.remove_prefix(1);
  }
}

void LiteralPattern::ReadPrefix(std::string_view regexp) {
  // An alternative may begin with anything else.
  if (regexp.find('|') != std::string_view::npos) return;
  std::string prefix;
  for (std::string next; TakeLiteral(regexp, next); next.clear()) {
    // A quantifier is that of the whole character, which may be of several
    // bytes.
    if (!regexp.empty() &&
        kQuantifiers.find(regexp[0]) != std::string_view::npos) {
      while (!prefix.empty() && static_cast<unsigned char>(next[0]) >= 0x80) {
        next[0] = prefix.back();
        prefix.pop_back();
        if (static_cast<unsigned char>(next[0]) >= 0xC0) break;
      }
      prefix_ = prefix;
      return;
    }
    prefix += next;
  }
  prefix_ = prefix;
  ReadDots(regexp);
}

void LiteralPattern::ReadDots(std::string_view regexp) {
  for (; regexp.starts_with('.'); regexp.remove_prefix(1)) {
    if (regexp == ".*" || regexp == ".+") {
      characters_ += regexp[1] == '+' ? 1 : 0;
      or_more_ = true;
      understood_ = true;
      return;
    }
    ++characters_;
  }
  understood_ = regexp.empty();
}

LiteralPattern::Verdict LiteralPattern::Test(std::string_view text) const {
  if (!words_.empty()) {
    return std::ranges::find(words_, text) != words_.end() ? Verdict::kMatches
                                                           : Verdict::kDiffers;
  }
  if (!text.starts_with(prefix_)) return Verdict::kDiffers;
  text.remove_prefix(prefix_.size());
  if (!understood_ || !IsPlain(text)) return Verdict::kUnknown;
  const bool fits =
      or_more_ ? text.size() >= characters_ : text.size() == characters_;
  return fits ? Verdict::kMatches : Verdict::kDiffers;
}

}  // namespace base
