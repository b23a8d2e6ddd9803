#include "base/matcher.h"

#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/go_regexp.h"
#include "base/literal_pattern.h"
#include "base/quote.h"
#include "re2/re2.h"

namespace base {

namespace {

// Go's words for what is wrong with a regexp, as Prometheus shows them.
// (Go regexp/syntax/parse.go, ErrorCode.)
std::string_view GoText(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass:
      return "invalid character class";
    case re2::RE2::ErrorBadCharRange:
      return "invalid character class range";
    case re2::RE2::ErrorMissingBracket:
      return "missing closing ]";
    case re2::RE2::ErrorMissingParen:
      return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "internal error";
  }
}

}  // namespace

// Compiled when RE2 is first needed, which for most regexps is never.
class Matcher::Regexp {
 public:
  Regexp(std::string text, bool dot_matches_line_breaks)
      : literals_(text),
        text_(std::move(text)),
        dot_matches_line_breaks_(dot_matches_line_breaks) {}

  bool understood() const { return literals_.understood(); }

  const re2::RE2& compiled() const {
    std::call_once(once_, [this] {
      re2::RE2::Options options;
      options.set_dot_nl(dot_matches_line_breaks_);
      options.set_log_errors(false);
      compiled_.emplace(text_, options);
    });
    return *compiled_;
  }

  bool Matches(std::string_view text) const {
    using Verdict = LiteralPattern::Verdict;
    const Verdict verdict = literals_.Test(text);
    if (verdict != Verdict::kUnknown) return verdict == Verdict::kMatches;
    return re2::RE2::FullMatch({text.data(), text.size()}, compiled());
  }

 private:
  LiteralPattern literals_;
  std::string text_;
  bool dot_matches_line_breaks_;
  mutable std::once_flag once_;
  mutable std::optional<re2::RE2> compiled_;
};

std::string_view MatchTypeName(MatchType type) {
  switch (type) {
    case MatchType::kEqual:
      return "=";
    case MatchType::kNotEqual:
      return "!=";
    case MatchType::kRegexp:
      return "=~";
    case MatchType::kNotRegexp:
      return "!~";
  }
  return "";
}

Matcher::Matcher(MatchType type, std::string name, std::string value)
    : type_(type), name_(std::move(name)), value_(std::move(value)) {}

absl::StatusOr<Matcher> Matcher::Make(MatchType type, std::string name,
                                      std::string value,
                                      bool dot_matches_line_breaks) {
  Matcher matcher(type, std::move(name), std::move(value));
  if (type == MatchType::kRegexp || type == MatchType::kNotRegexp) {
    absl::StatusOr<std::string> text = FromGoRegexp(matcher.value_);
    if (!text.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("error parsing regexp: %s", text.status().message()));
    }
    // The value itself, so that "a)(b" is an error; FullMatch anchors it.
    auto regexp = std::make_shared<const Regexp>(*std::move(text),
                                                 dot_matches_line_breaks);
    if (!regexp->understood() && !regexp->compiled().ok()) {
      const re2::RE2& refused = regexp->compiled();
      return absl::InvalidArgumentError(
          absl::StrFormat("error parsing regexp: %s: `%s`",
                          GoText(refused.error_code()), refused.error_arg()));
    }
    // Prometheus puts it in parentheses, which must not belong to a quote.
    if (LeavesQuoteOpen(matcher.value_)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "error parsing regexp: missing closing ): `^(?%s:%s)$`",
          dot_matches_line_breaks ? "s" : "", matcher.value_));
    }
    matcher.regexp_ = std::move(regexp);
  }
  return matcher;
}

Matcher Matcher::Equal(std::string name, std::string value) {
  return Matcher(MatchType::kEqual, std::move(name), std::move(value));
}

bool Matcher::Matches(std::string_view value) const {
  switch (type_) {
    case MatchType::kEqual:
      return value == value_;
    case MatchType::kNotEqual:
      return value != value_;
    case MatchType::kRegexp:
      return regexp_->Matches(value);
    case MatchType::kNotRegexp:
      return !regexp_->Matches(value);
  }
  return false;
}

std::string ToString(const Matcher& matcher) {
  return absl::StrFormat("%s%s%s",
                         IsLegacyLabelName(matcher.name())
                             ? matcher.name()
                             : Quote(matcher.name()),
                         MatchTypeName(matcher.type()), Quote(matcher.value()));
}

}  // namespace base
