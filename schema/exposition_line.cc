#include "schema/exposition_line.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "base/quote.h"
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

// How many characters of a bare name `text` begins with.
std::size_t NameLength(std::string_view text, std::string_view also) {
  std::size_t length = 0;
  const auto belongs = [&](char c) {
    return IsNameStart(c) || also.find(c) != std::string_view::npos ||
           (length > 0 && IsNameCharacter(c));
  };
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

constexpr std::string_view kColon = ":";  // Which metric names have, too.

}  // namespace

void ExpositionLine::SkipSpace() {
  if (open_metrics_) return;
  while (!AtEnd() && IsSpace(text_[at_])) ++at_;
}

bool ExpositionLine::TakeSpace() {
  if (!open_metrics_) {
    SkipSpace();
    return true;
  }
  return TakeCharacter(' ') || Fail("OpenMetrics has a space here");
}

bool ExpositionLine::TakeEnd() {
  SkipSpace();
  return AtEnd();
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
  std::size_t end = at_ + NameLength(text_.substr(at_), kColon);
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
  const std::size_t length = NameLength(text_.substr(at_), kColon);
  name = std::string(text_.substr(at_, length));
  at_ += length;
  return length > 0 || Fail("expected a metric name");
}

bool ExpositionLine::TakeFamilyName(std::string& name) {
  if (Peek() != '"') return TakeMetricName(name);
  return TakeQuoted("metric name", name) &&
         (!name.empty() || Fail("expected a metric name"));
}

// What no escape is, stands for itself, as in Prometheus.
bool ExpositionLine::TakeQuoted(std::string_view what, std::string& value) {
  if (!TakeCharacter('"')) {
    return Fail(absl::StrFormat("expected a %s in quotes", what));
  }
  const std::size_t begin = at_;
  for (; !AtEnd() && Peek() != '"'; ++at_) {
    if (Peek() != '\\') {
      value += Peek();
      continue;
    }
    ++at_;
    if (AtEnd()) break;
    if (Peek() != 'n' && Peek() != '\\' && Peek() != '"') value += '\\';
    value += Peek() == 'n' ? '\n' : Peek();
  }
  if (!TakeCharacter('"')) {
    return Fail(absl::StrFormat("the %s does not end", what));
  }
  if (base::IsUtf8(value)) return true;
  at_ = begin;
  return Fail(absl::StrFormat("the %s is no UTF-8", what));
}

bool ExpositionLine::TakePart(Part& part) {
  const bool quoted = Peek() == '"';
  if (quoted) {
    if (!TakeQuoted("name", part.name)) return false;
  } else {
    const std::size_t length = NameLength(text_.substr(at_), "");
    part.name = std::string(text_.substr(at_, length));
    at_ += length;
  }
  if (part.name.empty()) return Fail("expected a label name");
  part.name_end = at_;
  SkipSpace();
  if (quoted && (Peek() == ',' || Peek() == '}')) return true;
  if (!TakeCharacter('=')) return Fail("expected =");
  SkipSpace();
  return TakeQuoted("label value", part.value.emplace());
}

// In the text format the commas may be missing.
bool ExpositionLine::TakeLabels(const std::function<bool(Part& part)>& add) {
  if (!TakeCharacter('{')) return Fail("expected {");
  for (SkipSpace(); !TakeCharacter('}'); SkipSpace()) {
    Part part;
    if (!TakePart(part) || !add(part)) return false;
    SkipSpace();
    if (!TakeCharacter(',') && open_metrics_ && Peek() != '}') {
      return Fail("expected , or }");
    }
  }
  return true;
}

bool ExpositionLine::TakeSeriesLabels(std::string& metric,
                                      std::vector<base::Label>& labels) {
  const auto fail_at = [&](const Part& part, std::string problem) {
    at_ = part.name_end;
    return Fail(std::move(problem));
  };
  const auto add = [&](Part& part) {
    if (!part.value.has_value()) {
      if (!metric.empty())
        return fail_at(part, "the metric has a name already");
      metric = std::move(part.name);
      return true;
    }
    if (part.name == base::kMetricName) {
      return fail_at(part, "__name__ cannot be a label");
    }
    if (std::ranges::find(labels, part.name, &base::Label::name) !=
        labels.end()) {
      return fail_at(part, absl::StrFormat("label %s stands twice",
                                           base::Quote(part.name)));
    }
    labels.push_back({std::move(part.name), *std::move(part.value)});
    return true;
  };
  return TakeLabels(add) && (!metric.empty() || Fail("the metric has no name"));
}

bool ExpositionLine::TakeExemplarLabels() {
  return TakeLabels(
      [&](Part& part) { return part.value.has_value() || Fail("expected ="); });
}

bool ExpositionLine::TakeNumber(double& number) {
  const std::size_t begin = at_;
  const std::string_view word = TakeWord();
  const auto value = word.find_first_of("pP_") == std::string_view::npos
                         ? base::ParseFloat(word)
                         : std::nullopt;
  if (value.has_value()) {
    number = *value;
    return true;
  }
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
