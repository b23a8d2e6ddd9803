#include "base/yaml_text.h"

#include <algorithm>

namespace base {
namespace {

// The length that a UTF-8 lead byte announces; 0 for none.
std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsSpace(char c) { return IsBlank(c) || c == '\r' || c == '\n'; }

// Of the line break there: \n, \r\n or \r alone; 0 for none.
std::size_t BreakLength(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (text[at] != '\r') return text[at] == '\n' ? 1 : 0;
  return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
}

// Walks the text and the decoded value side by side. The value is known to be
// right, so at each byte only a few things can stand in the text.
class Locator {
 public:
  Locator(std::string_view text, std::size_t begin, std::string_view value)
      : text_(text), value_(value), at_(begin), begin_(begin) {
    places_.offsets.reserve(value.size() + 1);
  }

  ScalarPlaces Run() {
    const char first = at_ < text_.size() ? text_[at_] : '\0';
    if (first == '|' || first == '>') {
      Block();
    } else if (first == '"' || first == '\'') {
      ++at_;
      Flow(first);
    } else {
      places_.plain = true;
      Flow('\0');
    }
    return std::move(places_);
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  bool AtLineEnd() const { return AtEnd() || BreakLength(text_, at_) > 0; }
  void Map() { places_.offsets.push_back(std::min(at_, text_.size())); }
  void NextLine() {
    const std::size_t end = text_.find_first_of("\r\n", at_);
    at_ = end == std::string_view::npos ? text_.size()
                                        : end + BreakLength(text_, end);
  }

  // Spaces before the first character of the first line that has one.
  static std::size_t Indentation(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \r\n");
    if (first == std::string_view::npos) return 0;
    const std::size_t line = text.find_last_of("\r\n", first);
    return line == std::string_view::npos ? first : first - line - 1;
  }

  void Block() {
    NextLine();
    const std::size_t in_text = Indentation(text_.substr(at_));
    const std::size_t in_value = Indentation(value_);
    const std::size_t indentation = in_text > in_value ? in_text - in_value : 0;
    const auto skip_indentation = [&] {
      for (std::size_t i = 0; i < indentation && !AtEnd(); ++i) {
        if (text_[at_] != ' ') break;
        ++at_;
      }
    };
    skip_indentation();
    std::size_t end = at_;
    for (const char c : value_) {
      // A folded line break that left nothing in the value.
      while (AtLineEnd() && !AtEnd() && c != '\n' && c != ' ') {
        NextLine();
        skip_indentation();
      }
      Map();
      if (AtLineEnd()) {
        NextLine();
        skip_indentation();
      } else {
        ++at_;
        end = at_;
      }
    }
    Map();
    places_.span = {begin_, std::max(begin_ + 1, end)};
  }

  // Skips the line breaks, and the blanks around them, that stand at `at_`;
  // returns how many.
  std::size_t SkipLineBreaks() {
    std::size_t breaks = 0;
    std::size_t end = at_;
    while (end < text_.size() && IsSpace(text_[end])) {
      const std::size_t length = BreakLength(text_, end);
      if (length > 0) ++breaks;
      end += std::max<std::size_t>(length, 1);
    }
    if (breaks > 0) at_ = end;
    return breaks;
  }

  // An escaped line break in double quotes leaves nothing in the value.
  void SkipContinuations() {
    while (at_ + 1 < text_.size() && text_[at_] == '\\' &&
           (text_[at_ + 1] == '\n' || text_[at_ + 1] == '\r')) {
      ++at_;
      NextLine();
      while (!AtEnd() && IsBlank(text_[at_])) ++at_;
    }
  }

  void Flow(char quote) {
    for (std::size_t i = 0; i < value_.size();) {
      if (quote == '"') SkipContinuations();
      const std::size_t before = at_;
      std::size_t bytes = 1;  // Of the value.
      if (const std::size_t breaks = SkipLineBreaks(); breaks > 0) {
        bytes = breaks == 1 ? 1 : breaks - 1;
      } else if (quote == '"' && !AtEnd() && text_[at_] == '\\') {
        bytes = std::max<std::size_t>(
            SequenceLength(static_cast<unsigned char>(value_[i])), 1);
        at_ += EscapeLength();
      } else {
        at_ += quote == '\'' && !AtEnd() && text_[at_] == '\'' ? 2 : 1;
      }
      bytes = std::min(bytes, value_.size() - i);
      places_.offsets.insert(places_.offsets.end(), bytes,
                             std::min(before, text_.size()));
      i += bytes;
    }
    if (quote == '"') SkipContinuations();
    if (quote != '\0') SkipLineBreaks();
    Map();
    const std::size_t end = quote == '\0' ? at_ : at_ + 1;
    places_.span = {begin_, std::min(end, text_.size())};
  }

  std::size_t EscapeLength() const {
    switch (at_ + 1 < text_.size() ? text_[at_ + 1] : '\0') {
      case 'x':
        return 4;
      case 'u':
        return 6;
      case 'U':
        return 10;
      default:
        return 2;
    }
  }

  std::string_view text_;
  std::string_view value_;
  std::size_t at_;
  std::size_t begin_;
  ScalarPlaces places_;
};

// Most scalars: on one line, without anything escaped.
std::optional<ScalarPlaces> FindVerbatim(std::string_view text,
                                         std::size_t begin,
                                         std::string_view value) {
  const char first = begin < text.size() ? text[begin] : '\0';
  const bool quoted = first == '"' || first == '\'';
  const std::size_t inside = begin + (quoted ? 1 : 0);
  if (value.empty() || first == '|' || first == '>' ||
      text.substr(inside, value.size()) != value ||
      value.find_first_of(quoted ? "\n\"'\\" : "\n") != std::string::npos) {
    return std::nullopt;
  }
  const std::size_t end = inside + value.size();
  if (quoted && text.substr(end, 1) != text.substr(begin, 1)) {
    return std::nullopt;
  }
  ScalarPlaces places;
  places.span = {begin, end + (quoted ? 1 : 0)};
  places.begin = inside;
  places.plain = !quoted;
  return places;
}

}  // namespace

std::size_t SkipProperties(std::string_view text, std::size_t begin) {
  while (begin < text.size() && (text[begin] == '&' || text[begin] == '!')) {
    while (begin < text.size() && !IsSpace(text[begin])) ++begin;
    while (begin < text.size() &&
           (IsSpace(text[begin]) || text[begin] == '#')) {
      if (text[begin] == '#') {
        begin = std::min(text.find_first_of("\r\n", begin), text.size());
      } else {
        ++begin;
      }
    }
  }
  return std::min(begin, text.size());
}

ScalarPlaces LocateScalar(std::string_view text, std::size_t begin,
                          std::string_view value) {
  const std::size_t own = SkipProperties(text, begin);
  const auto verbatim = FindVerbatim(text, own, value);
  ScalarPlaces places = verbatim ? *verbatim : Locator(text, own, value).Run();
  if (text.substr(begin, own - begin).find('!') != std::string_view::npos) {
    places.plain = false;
  }
  return places;
}

}  // namespace base
