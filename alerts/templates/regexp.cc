// match and reReplaceAll: Go's regexp package on RE2.

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "alerts/templates/functions.h"
#include "base/go_regexp.h"
#include "re2/re2.h"

namespace alerts::text_template {
namespace {

constexpr int kMaxGroups = 100;

re2::StringPiece Piece(std::string_view text) {
  return {text.data(), text.size()};
}

struct Message {
  RE2::ErrorCode code;
  std::string_view text;
};
// What Go's regexp/syntax says where RE2 says something else.
constexpr Message kMessages[] = {
    {RE2::ErrorMissingParen, "missing closing )"},
    {RE2::ErrorUnexpectedParen, "unexpected )"},
    {RE2::ErrorMissingBracket, "missing closing ]"},
    {RE2::ErrorRepeatArgument, "missing argument to repetition operator"},
    {RE2::ErrorRepeatSize, "invalid repeat count"},
    {RE2::ErrorRepeatOp, "invalid nested repetition operator"},
    {RE2::ErrorBadPerlOp, "invalid or unsupported Perl syntax"},
    {RE2::ErrorBadUTF8, "invalid UTF-8"},
    {RE2::ErrorBadNamedCapture, "invalid named capture"},
    {RE2::ErrorBadEscape, "invalid escape sequence"},
    {RE2::ErrorTrailingBackslash, "trailing backslash at end of expression"},
    {RE2::ErrorBadCharClass, "invalid character class"},
    {RE2::ErrorBadCharRange, "invalid character class range"},
};

std::string CompileError(const RE2& regexp, const std::string& pattern) {
  std::string_view text = "expression too large";
  for (const Message& row : kMessages) {
    if (row.code == regexp.error_code()) text = row.text;
  }
  // RE2 leaves out the piece of an unclosed group: it is the whole pattern.
  const std::string piece = regexp.error_code() == RE2::ErrorMissingParen ||
                                    regexp.error_arg().empty()
                                ? pattern
                                : regexp.error_arg();
  return "error parsing regexp: " + std::string(text) +
         (regexp.error_code() == RE2::ErrorTrailingBackslash
              ? ": ``"
              : ": `" + piece + "`");
}

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

// Go's syntax. Fails with what Go says.
absl::StatusOr<std::unique_ptr<const RE2>> Compile(const std::string& pattern) {
  const auto translated = base::FromGoRegexp(pattern);
  if (!translated.ok()) {
    return absl::InvalidArgumentError(
        "error parsing regexp: " + std::string(translated.status().message()));
  }
  auto regexp = std::make_unique<const RE2>(*translated, Quiet());
  if (!regexp->ok()) {
    return absl::InvalidArgumentError(CompileError(*regexp, pattern));
  }
  return regexp;
}

// The length of a group's name at the front of `text`.
std::size_t NameLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (absl::ascii_isalnum(static_cast<unsigned char>(text[length])) ||
          text[length] == '_')) {
    ++length;
  }
  return length;
}

// The group that "$name" or "${name}" speaks of; -1 when there is none.
int GroupOf(const RE2& regexp, const std::string& name) {
  if (name.find_first_not_of("0123456789") == std::string::npos) {
    if (name.size() > 4 || (name.size() > 1 && name.front() == '0')) return -1;
    return std::stoi(name);
  }
  const auto& groups = regexp.NamedCapturingGroups();
  const auto found = groups.find(name);
  return found == groups.end() ? -1 : found->second;
}

// Go's Regexp.Expand: $1, ${1}, $name, $$; an unknown group is empty.
void AppendExpansion(const RE2& regexp, std::string_view replacement,
                     const std::vector<re2::StringPiece>& groups,
                     std::string& out) {
  while (!replacement.empty()) {
    const std::size_t dollar = replacement.find('$');
    out += replacement.substr(0, dollar);
    if (dollar == std::string_view::npos) return;
    replacement.remove_prefix(dollar + 1);
    if (replacement.starts_with('$')) {
      out += '$';
      replacement.remove_prefix(1);
      continue;
    }
    const bool braces = replacement.starts_with('{');
    const std::string_view rest = replacement.substr(braces ? 1 : 0);
    const std::size_t length = NameLength(rest);
    if (length == 0 || (braces && !rest.substr(length).starts_with('}'))) {
      out += '$';  // Malformed: kept as it is.
      continue;
    }
    const int group = GroupOf(regexp, std::string(rest.substr(0, length)));
    if (group >= 0 && static_cast<std::size_t>(group) < groups.size()) {
      const re2::StringPiece& found = groups[static_cast<std::size_t>(group)];
      out.append(found.data() == nullptr ? "" : found.data(), found.size());
    }
    replacement.remove_prefix(length + (braces ? 2 : 0));
  }
}

std::size_t CharacterLength(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() &&
         (static_cast<unsigned char>(text[at + length]) & 0xc0U) == 0x80U) {
    ++length;
  }
  return length;
}

}  // namespace

absl::StatusOr<Value> ReplaceAll(const TemplateContext&,
                                 const Arguments& arguments) {
  const std::string& pattern = *arguments[0].As<std::string>();
  const std::string& replacement = *arguments[1].As<std::string>();
  const std::string& text = *arguments[2].As<std::string>();
  const auto compiled = Compile(pattern);
  if (!compiled.ok()) {
    return absl::InvalidArgumentError("regexp: Compile(`" + pattern + "`): " +
                                      std::string(compiled.status().message()));
  }
  const RE2& regexp = **compiled;
  const int count = std::min(regexp.NumberOfCapturingGroups() + 1, kMaxGroups);
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
  std::string out;
  std::size_t copied = 0;
  std::size_t search = 0;
  while (search <= text.size() && out.size() <= TemplateLimits().output) {
    if (!regexp.Match(Piece(text), search, text.size(), RE2::UNANCHORED,
                      groups.data(), count)) {
      break;
    }
    const auto begin =
        static_cast<std::size_t>(groups.front().data() - text.data());
    const std::size_t end = begin + groups.front().size();
    out.append(text, copied, begin - copied);
    // Not for an empty match right behind another match (Go's ReplaceAll).
    if (end > copied || begin == 0) {
      AppendExpansion(regexp, replacement, groups, out);
    }
    copied = end;
    search = std::max(search + CharacterLength(text, search), end);
  }
  if (copied < text.size()) out.append(text, copied);
  return Value{std::move(out)};
}

absl::StatusOr<Value> Match(const TemplateContext&,
                            const Arguments& arguments) {
  const auto regexp = Compile(*arguments[0].As<std::string>());
  if (!regexp.ok()) return regexp.status();
  return Value{
      RE2::PartialMatch(Piece(*arguments[1].As<std::string>()), **regexp)};
}

}  // namespace alerts::text_template
