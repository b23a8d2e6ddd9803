// `rollwatch check`: rule files, their syntax and their sense.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/lint/check_documents.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/lint.h"
#include "alerts/rules/duplicates.h"
#include "base/yaml.h"
#include "rollwatch/check_against.h"
#include "rollwatch/check_report.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/files.h"
#include "rollwatch/findings.h"
#include "schema/schema.h"

namespace rollwatch {
namespace {

constexpr std::string_view kStandardInput = "-";

struct CheckOptions {
  std::string fail_on = "error";
  std::string lint = "duplicate-rules";
  std::string format = "text";
  AgainstOptions against;
  bool lint_fatal = false;
  bool ignore_unknown_fields = false;
  bool list_rules = false;
  bool list_checks = false;
  alerts::LintOptions lint_options;
  std::vector<std::string> files;
};

// Whether promtool's own lint is wanted; "all" is duplicate-rules today.
bool WantsDuplicates(const CheckOptions& options) {
  bool wanted = false;
  for (const std::string& word : SplitCommas(options.lint)) {
    if (word == "all" || word == "duplicate-rules") {
      wanted = true;
    } else if (word == "none") {
      return false;
    } else {
      std::fprintf(stderr, "WARNING: unknown lint option: \"%s\"\n",
                   word.c_str());
    }
  }
  return wanted;
}

// In a folder only files with rules are meant: not its tests, nor a values.yml.
bool HoldsRules(const std::string& text) {
  base::Diagnostics diagnostics;
  const auto documents = base::ParseYaml(text, diagnostics);
  return !diagnostics.ok() ||
         std::ranges::any_of(documents, [](const base::YamlNodePtr& document) {
           const base::YamlNode* kind = document->Find("kind");
           return document->Find("groups") != nullptr ||
                  (kind != nullptr && kind->text.text() == "PrometheusRule");
         });
}

// The YAML files below a folder, sorted.
std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end;
       !error && at != end; at.increment(error)) {
    const std::string extension = at->path().extension();
    if (at->is_regular_file(error) &&
        (extension == ".yml" || extension == ".yaml")) {
      files.push_back(at->path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

// A configuration may name files that the command line names as well.
void AddFiles(const std::vector<std::string>& more,
              std::vector<std::string>& files) {
  for (const std::string& file : more) {
    const bool known = std::ranges::any_of(files, [&](const auto& other) {
      std::error_code error;
      return std::filesystem::equivalent(file, other, error);
    });
    if (!known) files.push_back(file);
  }
}

struct Input {
  std::string name;
  std::string text;
};

// False, said on stderr, when one cannot be read.
bool ReadInputs(const CheckOptions& options, std::vector<Input>& inputs) {
  bool all = true;
  const auto read = [&](const std::string& path, bool named) {
    auto text = ReadFile(path);
    if (!text.ok()) {
      std::fprintf(stderr, "rollwatch check: error: %s\n",
                   std::string(text.status().message()).c_str());
      all = false;
    } else if (named || HoldsRules(*text)) {
      inputs.push_back({path, *std::move(text)});
    }
  };
  for (const std::string& path : options.files) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      read(path, true);
      continue;
    }
    for (const std::string& file : FilesBelow(path)) read(file, false);
  }
  return all;
}

CheckedFile CheckFile(Input input, const CheckOptions& options,
                      bool find_duplicates) {
  CheckedFile file;
  const std::string name =
      input.name == kStandardInput ? "<stdin>" : input.name;
  file.source = std::make_shared<base::Source>(name, std::move(input.text));
  file.rules = alerts::ParseRuleFile(
      file.source, file.diagnostics,
      {.ignore_unknown_fields = options.ignore_unknown_fields});
  if (file.rules && find_duplicates) {
    file.duplicates = alerts::FindDuplicates(*file.rules);
  }
  return file;
}

// A name of no check is wrong use: a typing error would hide nothing.
std::optional<int> CheckCodes(const std::vector<std::string>& codes,
                              std::string_view flag) {
  std::vector<std::string_view> known;
  for (const alerts::Check& check : alerts::Checks()) {
    known.push_back(check.code);
  }
  for (const std::string& code : codes) {
    if (alerts::FindCheck(code) != nullptr) continue;
    const std::string_view near = base::Nearest(code, known);
    return WrongUse(
        "check",
        absl::StrFormat("%s: no check is called \"%s\"%s", flag, code,
                        near.empty()
                            ? " (--list-checks lists them)"
                            : absl::StrFormat("; did you mean \"%s\"?", near)));
  }
  return std::nullopt;
}

int ExitStatus(const CheckReport& report, const CheckOptions& options) {
  bool duplicates = false;
  for (const CheckedFile& file : report.files) {
    if (!file.rules) return kExitFailed;
    duplicates = duplicates || !file.duplicates.empty();
  }
  base::Diagnostics findings;
  for (const alerts::Finding& finding : report.lint.findings) {
    findings.Report(finding.diagnostic.severity, finding.diagnostic.code,
                    finding.diagnostic.span, finding.diagnostic.message);
  }
  const bool fatal = duplicates && options.lint_fatal;
  return fatal || Reaches(findings, options.fail_on) ? kExitFindings : kExitOk;
}

}  // namespace

int Check(const Arguments& arguments) {
  CheckOptions options;
  CommandLine line("check",
                   "Checks rule files: what Prometheus refuses, and which "
                   "alerts can never fire or lose their labels",
                   "rollwatch check alerts.yml\n"
                   "rollwatch check --schema app.yml alerts.yml\n"
                   "rollwatch check --prometheus-config prometheus.yml\n"
                   "rollwatch check --fail-on warning --list-rules rules/\n"
                   "helm template chart | rollwatch check");
  AddFailOn(line, &options.fail_on);
  line.Choice("--format", &options.format, {"text", "json"}, "output format");
  line.Flag("--list-rules", &options.list_rules,
            "prints the names of all rules, sorted");
  line.Flag("--list-checks", &options.list_checks,
            "prints the checks there are (docs/checks.md explains them)");
  line.Repeated("--disable", &options.lint_options.disabled,
                "a check not to run", "CODE");
  line.Repeated("--enable", &options.lint_options.enabled,
                "a check to run that is off by default", "CODE");
  AddAgainstOptions(line, &options.against);
  line.Option("--lint", &options.lint,
              "promtool's lint: all, duplicate-rules or none", "NAME,...");
  line.Flag("--lint-fatal", &options.lint_fatal,
            "promtool's lint exits 3 when it finds something");
  line.Flag("--ignore-unknown-fields", &options.ignore_unknown_fields,
            "reads over fields that Prometheus does not know");
  line.Positionals("FILE|DIR", &options.files,
                   "rule files, or folders of them; standard input without any",
                   /*required=*/false);
  // Typed as for promtool.
  const bool rules = !arguments.empty() && arguments[0] == "rules";
  if (const auto exit =
          line.Parse({arguments.begin() + (rules ? 1 : 0), arguments.end()})) {
    return *exit;
  }

  if (options.list_checks) {
    std::fputs(options.format == "json" ? alerts::ChecksAsJson().c_str()
                                        : alerts::ChecksAsText().c_str(),
               stdout);
    return kExitOk;
  }
  alerts::LintOptions& lint = options.lint_options;
  if (const auto exit = CheckCodes(lint.disabled, "--disable")) return *exit;
  if (const auto exit = CheckCodes(lint.enabled, "--enable")) return *exit;

  schema::Schema schema;
  std::vector<std::string> rule_files;
  if (const auto exit =
          LoadAgainst(line, options.against, &schema, &lint, &rule_files)) {
    return *exit;
  }
  AddFiles(rule_files, options.files);
  CheckReport report;
  report.list_rules = options.list_rules;
  report.standard_input = options.files.empty();
  if (options.files.empty()) options.files = {std::string(kStandardInput)};
  std::vector<Input> inputs;
  if (!ReadInputs(options, inputs)) return kExitFailed;
  const bool find_duplicates = WantsDuplicates(options);
  for (Input& input : inputs) {
    report.files.push_back(
        CheckFile(std::move(input), options, find_duplicates));
  }
  std::vector<const alerts::RuleFile*> valid;
  for (const CheckedFile& file : report.files) {
    if (file.rules) valid.push_back(&*file.rules);
  }
  report.lint = alerts::Lint(valid, schema, lint);
  if (options.format == "json") {
    std::fputs(CheckReportJson(report).c_str(), stdout);
  } else {
    PrintCheckReport(report);
  }
  return ExitStatus(report, options);
}

}  // namespace rollwatch
