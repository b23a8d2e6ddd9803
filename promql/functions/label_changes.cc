#include "promql/functions/label_changes.h"

#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/go_regexp.h"
#include "base/utf8.h"
#include "re2/re2.h"

namespace promql {
namespace {

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The name at the beginning of what follows a `$`: "name" or "{name}". Moves
// behind it; empty when there is none.
std::string_view TakeName(std::string_view& text) {
  const bool braces = text.starts_with("{");
  std::size_t begin = braces ? 1 : 0;
  std::size_t end = begin;
  while (end < text.size() && IsWordCharacter(text[end])) ++end;
  const std::string_view name = text.substr(begin, end - begin);
  if (name.empty() || (braces && (end == text.size() || text[end] != '}'))) {
    return {};
  }
  text.remove_prefix(end + (braces ? 1 : 0));
  return name;
}

// Go's Regexp.Expand: $1, $name, ${1}, ${name}, and $$; $1x is the group "1x",
// and a group that does not exist is empty. A lone $ stays.
class Template {
 public:
  Template(std::string_view text, const re2::RE2& regexp)
      : text_(text), groups_(regexp.NamedCapturingGroups()) {}

  std::string Expand(const std::vector<re2::StringPiece>& captured) const {
    std::string result;
    std::string_view rest = text_;
    for (std::size_t at = rest.find('$'); at != std::string_view::npos;
         at = rest.find('$')) {
      result += rest.substr(0, at);
      rest.remove_prefix(at + 1);
      if (rest.starts_with("$")) {
        result += '$';
        rest.remove_prefix(1);
        continue;
      }
      const std::string_view name = TakeName(rest);
      if (name.empty()) {
        result += '$';
        continue;
      }
      const std::size_t group = GroupOf(name);
      if (group < captured.size() && captured[group].data() != nullptr) {
        result.append(captured[group].data(), captured[group].size());
      }
    }
    return result += rest;
  }

 private:
  std::size_t GroupOf(std::string_view name) const {
    std::size_t number = 0;
    for (const char c : name) {
      if (c < '0' || c > '9' || number > 1000) {
        const auto named = groups_.find(std::string(name));
        return named == groups_.end() ? std::string::npos
                                      : static_cast<std::size_t>(named->second);
      }
      number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number;
  }

  std::string_view text_;
  const std::map<std::string, int>& groups_;
};

bool CheckName(const CallContext& call, const char* role, const char* function,
               const std::string& name) {
  if (!name.empty() && base::IsUtf8(name)) return true;
  call.diagnostics->Error("invalid-label-name", call.span,
                          absl::StrFormat("invalid %s label name in %s(): %s",
                                          role, function, name));
  return false;
}

void SetLabel(Series& row, std::string_view name, std::string_view value) {
  row.labels = base::LabelsBuilder(row.labels).Set(name, value).Build();
  // A name that is set on purpose stays.
  if (name == base::kMetricName) row.drop_name = false;
}

}  // namespace

Block LabelReplace(const CallContext& call, std::vector<Block> arguments) {
  const std::string& target = call.strings[0];
  const std::string& source = call.strings[2];
  re2::RE2::Options options(re2::RE2::Quiet);
  const bool dot_matches_all = !call.compatibility.dot_without_line_breaks;
  options.set_dot_nl(dot_matches_all);
  const auto pattern = base::FromGoRegexp(call.strings[3]);
  const re2::RE2 regexp(
      (dot_matches_all ? "(?s:" : "(?:") + pattern.value_or("") + ")", options);
  if (!pattern.ok() || !regexp.ok()) {
    call.diagnostics->Error(
        "invalid-regexp", call.span,
        absl::StrFormat("invalid regular expression in label_replace(): %s",
                        call.strings[3]));
    return {};
  }
  if (!CheckName(call, "destination", "label_replace", target)) return {};
  const Template replacement(call.strings[1], regexp);
  const int groups = regexp.NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> captured(static_cast<std::size_t>(groups));
  for (Series& row : arguments[0].rows) {
    const std::string_view value = row.labels.Get(source);
    const re2::StringPiece text(value.data() == nullptr ? "" : value.data(),
                                value.size());
    if (!regexp.Match(text, 0, text.size(), re2::RE2::ANCHOR_BOTH,
                      captured.data(), groups)) {
      continue;
    }
    SetLabel(row, target, replacement.Expand(captured));
  }
  return std::move(arguments[0]);
}

Block LabelJoin(const CallContext& call, std::vector<Block> arguments) {
  const std::string& target = call.strings[0];
  const std::string& separator = call.strings[1];
  for (std::size_t i = 2; i < call.strings.size(); ++i) {
    if (!CheckName(call, "source", "label_join", call.strings[i])) return {};
  }
  if (!CheckName(call, "destination", "label_join", target)) return {};
  for (Series& row : arguments[0].rows) {
    std::string joined;
    for (std::size_t i = 2; i < call.strings.size(); ++i) {
      if (i > 2) joined += separator;
      joined += row.labels.Get(call.strings[i]);
    }
    SetLabel(row, target, joined);
  }
  return std::move(arguments[0]);
}

}  // namespace promql
