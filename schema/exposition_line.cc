#include "schema/exposition_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace schema {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsNameCharacter(char c) {
  return IsNameStart(c) || (c >= '0' && c <= '9');
}

// Whether the word may be one of a letter behind an optional sign.
bool LooksSpecial(std::string_view word) {
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  return !word.empty() && IsNameStart(word[0]);
}

bool ParseSpecial(std::string_view word, double& number) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool negative = lower.starts_with("-");
  if (negative || lower.starts_with("+")) lower.erase(0, 1);
  if (lower == "nan" && lower.size() == word.size()) {
    number = std::nan("");
    return true;
  }
  if (lower != "inf" && lower != "infinity") return false;
  number = std::numeric_limits<double>::infinity();
  if (negative) number = -number;
  return true;
}

}  // namespace

std::size_t ExpositionLine::SkipSpace() {
  const std::size_t begin = at_;
  while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  return at_ - begin;
}

bool ExpositionLine::TakeCharacter(char c) {
  if (Peek() != c || AtEnd()) return false;
  ++at_;
  return true;
}

std::string_view ExpositionLine::TakeWord() {
  const std::size_t begin = at_;
  while (!AtEnd() && !IsSpace(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view ExpositionLine::TakeRest() {
  return text_.substr(std::exchange(at_, text_.size()));
}

std::string_view ExpositionLine::PeekSeries() const {
  std::size_t end = at_;
  while (end < text_.size() && !IsSpace(text_[end]) && text_[end] != '{') ++end;
  if (end == text_.size() || text_[end] != '{') {
    std::size_t next = end;
    while (next < text_.size() && IsSpace(text_[next])) ++next;
    if (next < text_.size() && text_[next] == '{') return {};
    return text_.substr(at_, end - at_);
  }
  for (bool quoted = false; end < text_.size(); ++end) {
    const char c = text_[end];
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted) ++end;
    if (c == '}' && !quoted) return text_.substr(at_, end + 1 - at_);
  }
  return {};
}

bool ExpositionLine::Fail(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
  return false;
}

bool ExpositionLine::TakeMetricName(std::string& name) {
  const std::size_t begin = at_;
  while (!AtEnd() && (Peek() == ':' || IsNameStart(Peek()) ||
                      (at_ > begin && IsNameCharacter(Peek())))) {
    ++at_;
  }
  name = std::string(text_.substr(begin, at_ - begin));
  return !name.empty() || Fail("expected a metric name");
}

bool ExpositionLine::TakeQuoted(std::string& value) {
  if (!TakeCharacter('"')) return Fail("expected a label value in quotes");
  const std::size_t begin = at_;
  value.clear();
  for (; !AtEnd() && Peek() != '"'; ++at_) {
    if (Peek() != '\\') {
      value += Peek();
      continue;
    }
    ++at_;
    if (Peek() != 'n' && Peek() != '\\' && Peek() != '"') {
      return Fail("only \\n, \\\\ and \\\" are escapes in a label value");
    }
    value += Peek() == 'n' ? '\n' : Peek();
  }
  if (!TakeCharacter('"')) return Fail("the label value does not end");
  if (base::IsUtf8(value)) return true;
  at_ = begin;
  return Fail("the label value is no UTF-8");
}

bool ExpositionLine::TakeLabel(std::vector<base::Label>& labels) {
  const std::size_t begin = at_;
  while (!AtEnd() &&
         (IsNameStart(Peek()) || (at_ > begin && IsNameCharacter(Peek())))) {
    ++at_;
  }
  base::Label label;
  label.name = std::string(text_.substr(begin, at_ - begin));
  if (label.name.empty()) return Fail("expected a label name");
  if (label.name == base::kMetricName) {
    return Fail("__name__ cannot be a label");
  }
  if (std::ranges::find(labels, label.name, &base::Label::name) !=
      labels.end()) {
    return Fail(
        absl::StrFormat("label %s stands twice", base::Quote(label.name)));
  }
  SkipSpace();
  if (!TakeCharacter('=')) return Fail("expected =");
  SkipSpace();
  if (!TakeQuoted(label.value)) return false;
  labels.push_back(std::move(label));
  return true;
}

bool ExpositionLine::TakeLabels(std::vector<base::Label>& labels) {
  if (!TakeCharacter('{')) return Fail("expected {");
  for (SkipSpace(); !TakeCharacter('}'); SkipSpace()) {
    if (!TakeLabel(labels)) return false;
    SkipSpace();
    if (!TakeCharacter(',') && Peek() != '}') return Fail("expected , or }");
  }
  return true;
}

bool ExpositionLine::TakeNumber(double& number) {
  const std::size_t begin = at_;
  std::string_view word = TakeWord();
  if (LooksSpecial(word) && ParseSpecial(word, number)) return true;
  if (word.starts_with("+") && !word.starts_with("+-")) word.remove_prefix(1);
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (!word.empty() && stop == end && error == std::errc()) return true;
  at_ = begin;
  return Fail(absl::StrFormat("expected a number, got %s", base::Quote(word)));
}

std::string UnescapeHelp(std::string_view text, bool quotes) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] != '\\' ||
        (next != '\\' && next != 'n' && !(quotes && next == '"'))) {
      result += text[i];
      continue;
    }
    result += next == 'n' ? '\n' : next;
    ++i;
  }
  return result;
}

}  // namespace schema
