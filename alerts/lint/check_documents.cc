#include "alerts/lint/check_documents.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/json.h"

namespace alerts {
namespace {

constexpr std::string_view kIntroduction =
    "# What `rollwatch check` finds\n\n"
    "Generated from the check table (`rollwatch check --list-checks` prints "
    "it); "
    "a test compares the two. A check reports\n"
    "only what it can derive from the rule and what it knows of the metrics: a "
    "finding on a correct rule is a bug.\n";

std::string_view SeverityOf(const Check& check) {
  return base::SeverityName(check.severity);
}

// Lines of at most 118 bytes.
std::string Wrapped(std::string_view paragraph) {
  constexpr std::size_t kWidth = 118;
  std::string out;
  std::size_t column = 0;
  while (!paragraph.empty()) {
    const std::size_t end =
        std::min(paragraph.find_first_of(" \n"), paragraph.size());
    if (column > 0 && column + 1 + end > kWidth) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += paragraph.substr(0, end);
    column += end;
    paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
  }
  return out;
}

std::string OneLine(std::string_view paragraph) {
  std::string line(paragraph);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::string Section(const Check& check) {
  std::string out =
      absl::StrFormat("\n## %s\n\n%s (%s%s", check.code, check.catches,
                      SeverityOf(check), check.by_default ? "" : ", opt-in");
  if (!check.pint.empty()) {
    absl::StrAppendFormat(&out, "; pint: %s", check.pint);
  }
  return out + ")\n\n" + CheckAsMarkdown(check);
}

}  // namespace

std::string ExampleFile(std::string_view rule) {
  if (rule.starts_with("groups:")) return std::string(rule);
  std::string out = "groups:\n- name: example\n  rules:\n";
  while (!rule.empty()) {
    const std::size_t end = std::min(rule.find('\n') + 1, rule.size());
    absl::StrAppendFormat(&out, "  %s", rule.substr(0, end));
    rule.remove_prefix(end);
  }
  return out;
}

std::string CheckAsMarkdown(const Check& check) {
  return absl::StrFormat(
      "%s\n\nFound:\n\n```yaml\n%s```\n\nFine:\n\n```yaml\n%s```\n",
      Wrapped(check.text->paragraph), check.text->bad, check.text->good);
}

std::string ChecksAsText() {
  std::size_t width = 0;
  for (const Check& check : Checks()) {
    width = std::max(width, check.code.size());
  }
  std::string out;
  for (const Check& check : Checks()) {
    absl::StrAppendFormat(&out, "%-*s  %-7s  %s%s\n", static_cast<int>(width),
                          check.code, SeverityOf(check), check.catches,
                          check.by_default ? "" : " (--enable)");
  }
  return out;
}

std::string ChecksAsJson() {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("checks").BeginArray();
  for (const Check& check : Checks()) {
    json.BeginObject();
    json.Key("code").String(check.code);
    json.Key("severity").String(SeverityOf(check));
    json.Key("default").Bool(check.by_default);
    json.Key("catches").String(check.catches);
    json.Key("documentation").String(OneLine(check.text->paragraph));
    json.Key("pint").String(check.pint);
    json.Key("bad").String(check.text->bad);
    json.Key("good").String(check.text->good);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

std::string ChecksAsMarkdown() {
  std::string out(kIntroduction);
  out += "\n| check | severity | what it catches |\n|---|---|---|\n";
  for (const Check& check : Checks()) {
    absl::StrAppendFormat(&out, "| [%s](#%s) | %s%s | %s |\n", check.code,
                          check.code, SeverityOf(check),
                          check.by_default ? "" : ", opt-in", check.catches);
  }
  for (const Check& check : Checks()) out += Section(check);
  return out;
}

}  // namespace alerts
