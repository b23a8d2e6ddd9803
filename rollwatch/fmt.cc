// rollwatch fmt FILE...|-e EXPR

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/rules/format.h"
#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_parts.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"
#include "promql/check/parse.h"
#include "promql/syntax/pretty_printer.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/files.h"
#include "rollwatch/findings.h"
#include "rollwatch/folders.h"

namespace rollwatch {
namespace {

int FormatExpression(const std::string& text) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  if (expr == nullptr) {
    PrintFindings(stderr, base::Source("query", text), diagnostics);
    return kExitFailed;
  }
  std::printf("%s\n", promql::PrettyPrint(*expr, text).c_str());
  return kExitOk;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// The changed lines with one hunk a run, as diff -U0 shows them. Expressions
// change in place and everything between them is equal, so lines are matched
// greedily at the next line that both have.
void PrintDiff(const std::string& path, std::string_view before,
               std::string_view after) {
  const std::vector<std::string_view> old_lines = Lines(before);
  const std::vector<std::string_view> new_lines = Lines(after);
  std::printf("--- %s\n+++ %s (formatted)\n", path.c_str(), path.c_str());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < old_lines.size() || j < new_lines.size()) {
    if (i < old_lines.size() && j < new_lines.size() &&
        old_lines[i] == new_lines[j]) {
      ++i, ++j;
      continue;
    }
    // The nearest pair of equal lines ahead, by the sum of both distances.
    std::size_t skip_old = old_lines.size() - i;
    std::size_t skip_new = new_lines.size() - j;
    for (std::size_t sum = 1; sum < skip_old + skip_new; ++sum) {
      bool found = false;
      for (std::size_t k = 0; k <= sum && !found; ++k) {
        if (i + k < old_lines.size() && j + (sum - k) < new_lines.size() &&
            old_lines[i + k] == new_lines[j + (sum - k)]) {
          skip_old = k;
          skip_new = sum - k;
          found = true;
        }
      }
      if (found) break;
    }
    std::printf("@@ -%zu,%zu +%zu,%zu @@\n", i + 1, skip_old, j + 1, skip_new);
    for (const std::size_t end = i + skip_old; i < end; ++i) {
      std::printf("-%.*s", static_cast<int>(old_lines[i].size()),
                  old_lines[i].data());
    }
    for (const std::size_t end = j + skip_new; j < end; ++j) {
      std::printf("+%.*s", static_cast<int>(new_lines[j].size()),
                  new_lines[j].data());
    }
  }
}

enum class Action { kWrite, kCheck, kDiff };

// The exit status for one file.
int FormatFile(const std::string& path, Action action) {
  const auto text = ReadYamlFile(path);
  if (!text.ok()) {
    std::fprintf(stderr, "rollwatch fmt: error: %s\n",
                 std::string(text.status().message()).c_str());
    return kExitFailed;
  }
  const auto source = std::make_shared<const base::Source>(path, *text);
  base::Diagnostics diagnostics;
  const auto file = alerts::ParseRuleFile(source, diagnostics);
  const std::string formatted =
      file ? alerts::FormatRules(*file, diagnostics) : *text;
  PrintFindings(stderr, *source, diagnostics);
  if (!file) return kExitFailed;
  if (path == "-" && action == Action::kWrite) {
    std::fwrite(formatted.data(), 1, formatted.size(), stdout);
    return kExitOk;
  }
  if (formatted == *text) return kExitOk;
  if (action == Action::kDiff) PrintDiff(path, *text, formatted);
  std::fprintf(stderr, "%s: %s\n", path.c_str(),
               action == Action::kWrite ? "formatted" : "not formatted");
  if (action != Action::kWrite) return kExitFailed;
  const absl::Status written = ReplaceFile(path, formatted);
  if (written.ok()) return kExitOk;
  std::fprintf(stderr, "rollwatch fmt: error: %s\n",
               std::string(written.message()).c_str());
  return kExitFailed;
}

// "1-alertmanager.yml": unique, and no path, whatever the object is called.
std::string PartName(std::size_t number, std::string name) {
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) c = '-';
  }
  return absl::StrFormat("%d%s%s.yml", number, name.empty() ? "" : "-", name);
}

// The rules of the files as plain rule files: the only one on standard output,
// or each in a file of `folder`.
int WritePlain(const std::vector<std::string>& paths,
               const std::string& folder) {
  std::vector<alerts::RulePart> parts;
  for (const std::string& path : paths) {
    const auto text = ReadYamlFile(path);
    if (!text.ok()) {
      std::fprintf(stderr, "rollwatch fmt: error: %s\n",
                   std::string(text.status().message()).c_str());
      return kExitFailed;
    }
    base::Diagnostics diagnostics;
    alerts::RuleParts found =
        alerts::FindRuleParts(base::ParseYaml(*text, diagnostics), diagnostics);
    PrintFindings(stderr, base::Source(path, *text), diagnostics);
    if (!diagnostics.ok()) return kExitFailed;
    std::ranges::move(found.parts, std::back_inserter(parts));
  }
  if (folder.empty() && parts.size() != 1) {
    return WrongUse("fmt", absl::StrFormat("there are %d parts with rules: "
                                           "--split DIR writes a file each",
                                           parts.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string text = alerts::PlainRules(parts[i]);
    if (folder.empty()) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      continue;
    }
    const std::string path = folder + "/" + PartName(i + 1, parts[i].name);
    const absl::Status written = ReplaceFile(path, text);
    if (!written.ok()) {
      std::fprintf(stderr, "rollwatch fmt: error: %s\n",
                   std::string(written.message()).c_str());
      return kExitFailed;
    }
    std::printf("%s\n", path.c_str());
  }
  return kExitOk;
}

}  // namespace

int RunFormat(const Arguments& arguments) {
  std::string expression;
  bool check = false;
  bool diff = false;
  bool plain = false;
  std::string split;
  std::vector<std::string> paths;
  CommandLine line(
      "fmt",
      "pretty-prints PromQL: one expression, or every expression of rule\n"
      "files, in place, and nothing else of them",
      "rollwatch fmt -e 'sum(rate(deployment_total[5m]))by(environment)'\n"
      "rollwatch fmt alerts.yml\n"
      "rollwatch fmt --check rules/\n"
      "rollwatch fmt --plain prometheusrule.yml > rules.yml");
  line.Option("-e,--expr", &expression, "prints this expression", "EXPR");
  line.Flag("--check", &check,
            "writes nothing; exits 1 when a file is not formatted");
  line.Flag("--diff", &diff, "the same, and shows what would change");
  line.Flag("--plain", &plain,
            "prints the rules of a PrometheusRule, a ConfigMap or a document "
            "as a rule file that promtool reads, their texts untouched");
  line.Option("--split", &split,
              "with --plain: writes each of several into this folder", "DIR");
  line.Positionals("FILE|DIR", &paths,
                   "rule files, or folders of them; - is standard input",
                   false);
  if (const auto exit = line.Parse(arguments)) return *exit;

  const bool has_expression = line.Given("--expr");
  if (has_expression == !paths.empty()) {
    return WrongUse("fmt", "give either rule files or -e EXPR");
  }
  if (!split.empty() && !plain) {
    return WrongUse("fmt", "--split is for --plain");
  }
  if (plain && (check || diff || has_expression)) {
    return WrongUse("fmt",
                    "--plain prints rule files: it has no --check, "
                    "--diff and -e");
  }
  if (has_expression) return FormatExpression(expression);
  std::vector<std::string> files;
  const bool all = ReplaceFolders("fmt", FileKind::kRules, paths, files);
  if (plain && !all) return kExitFailed;
  if (plain) return WritePlain(files, split);
  const Action action =
      diff ? Action::kDiff : (check ? Action::kCheck : Action::kWrite);
  int status = all ? kExitOk : kExitFailed;
  for (const std::string& path : files) {
    status = std::max(status, FormatFile(path, action));
  }
  return status;
}

}  // namespace rollwatch
