// `rollwatch check`: rule files, their syntax and their sense.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/lint/check_documents.h"
#include "alerts/lint/lint.h"
#include "rollwatch/baseline.h"
#include "rollwatch/check_inputs.h"
#include "rollwatch/check_options.h"
#include "rollwatch/check_report.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/findings.h"
#include "rollwatch/glob.h"
#include "rollwatch/known_metrics.h"
#include "rollwatch/reports/github.h"
#include "rollwatch/settings_file.h"
#include "schema/schema.h"

namespace rollwatch {
namespace {

// Whether promtool's own lint is wanted; "all" is duplicate-rules today.
bool WantsDuplicates(const CheckOptions& options) {
  bool wanted = false;
  for (const std::string& word : SplitCommas(options.lint)) {
    if (word == "all" || word == "duplicate-rules") {
      wanted = true;
    } else if (word != "none") {
      std::fprintf(stderr, "WARNING: unknown lint option: \"%s\"\n",
                   word.c_str());
    }
  }
  return wanted;
}

CheckedFile CheckFile(CheckInput input, const CheckOptions& options) {
  CheckedFile file;
  file.source = std::make_shared<base::Source>(std::move(input.name),
                                               std::move(input.text));
  file.rules = alerts::ReadRuleFile(
      file.source, file.diagnostics,
      {.ignore_unknown_fields = options.ignore_unknown_fields});
  file.valid = file.diagnostics.ok();
  if (file.valid && file.diagnostics.all().empty() &&
      file.rules.rule_count() == 0) {
    file.diagnostics.Warning("no-rules", {0, 0}, "no rules found");
  }
  return file;
}

ReportedFinding OfRule(const CheckedFile& file, ReportedFinding::Stage stage,
                       const alerts::Group* group, const alerts::Rule* rule,
                       base::Diagnostic diagnostic) {
  ReportedFinding finding;
  finding.stage = stage;
  finding.source = file.source;
  finding.diagnostic = std::move(diagnostic);
  if (group != nullptr) finding.group = group->name.view();
  if (rule != nullptr) {
    finding.rule = rule->name.view();
    finding.rule_span = rule->span;
  }
  return finding;
}

// promtool's lint, as a finding for the formats that are not promtool's text.
base::Diagnostic DuplicateFinding(const alerts::DuplicateRule& duplicate,
                                  const CheckOptions& options) {
  return {
      options.lint_fatal ? base::Severity::kError : base::Severity::kWarning,
      "duplicate-rules",
      duplicate.rule->name.span,
      absl::StrFormat("group \"%s\", rule %d, \"%s\": another rule of this "
                      "file has the same name and labels",
                      duplicate.group->name.view(), duplicate.rule->number,
                      duplicate.name),
      {}};
}

// Everything that was found, file by file. REQUIRES: `lint` is of the files.
std::vector<ReportedFinding> CollectFindings(const CheckReport& report,
                                             const alerts::LintResult& lint,
                                             const CheckOptions& options) {
  using Stage = ReportedFinding::Stage;
  std::vector<ReportedFinding> findings;
  auto next = lint.findings.begin();
  for (const CheckedFile& file : report.files) {
    for (const base::Diagnostic& diagnostic : file.diagnostics.all()) {
      findings.push_back(
          OfRule(file, Stage::kReading, nullptr, nullptr, diagnostic));
    }
    for (const alerts::DuplicateRule& duplicate : file.duplicates) {
      findings.push_back(OfRule(file, Stage::kPromtoolLint, duplicate.group,
                                duplicate.rule,
                                DuplicateFinding(duplicate, options)));
    }
    for (; next != lint.findings.end() && next->file == &file.rules; ++next) {
      findings.push_back(OfRule(file, Stage::kLint, next->group, next->rule,
                                next->diagnostic));
    }
  }
  SetFingerprints(findings);
  return findings;
}

// False, said on stderr, when it cannot be written.
bool WriteText(const std::string& path, const std::string& text, bool append) {
  std::ofstream out(
      path, append ? std::ios::binary | std::ios::app : std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    std::fprintf(stderr, "rollwatch check: error: cannot write %s\n",
                 path.c_str());
  }
  return static_cast<bool>(out);
}

// Hides what the baseline accepts, after writing a new one when asked for.
// False, said on stderr, when a file cannot be read or written.
bool AcceptFindings(const CheckOptions& options, CheckReport& report) {
  std::set<std::string> accepted;
  if (!options.write_baseline.empty()) {
    for (const ReportedFinding& finding : report.findings) {
      accepted.insert(finding.fingerprint);
    }
    if (!WriteText(options.write_baseline, BaselineText(report.findings),
                   false)) {
      return false;
    }
  } else if (!options.baseline.empty()) {
    auto baseline = ReadBaseline(options.baseline);
    if (!baseline.ok()) {
      std::fprintf(stderr, "rollwatch check: error: %s\n",
                   std::string(baseline.status().message()).c_str());
      return false;
    }
    accepted = *std::move(baseline);
  }
  const BaselineUse use = ApplyBaseline(accepted, report.findings);
  report.in_baseline = use.hidden;
  if (use.gone > 0 && options.write_baseline.empty()) {
    std::fprintf(stderr,
                 "rollwatch check: findings of %s that are gone: %zu "
                 "(--write-baseline writes it anew)\n",
                 options.baseline.c_str(), use.gone);
  }
  return true;
}

bool WriteReports(const CheckReport& report, const CheckOptions& options) {
  if (options.format == "text") {
    PrintCheckReport(report);
  } else {
    const std::string text = FindCheckFormat(options.format)->write(report);
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  bool all = true;
  for (const CheckOutput& output : options.outputs) {
    all = WriteText(output.path, output.format->write(report), false) && all;
  }
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary != nullptr && *summary != 0) {
    all = WriteText(summary,
                    FindingsAsMarkdown(report.findings, "rollwatch check",
                                       CheckSummary(report)),
                    true) &&
          all;
  }
  return all;
}

int ExitStatus(const CheckReport& report, const CheckOptions& options) {
  const auto fatal = [&](const ReportedFinding& finding) {
    return finding.stage == ReportedFinding::Stage::kPromtoolLint
               ? options.lint_fatal
               : IsAtLeast(finding.diagnostic.severity, options.fail_on);
  };
  if (!std::ranges::all_of(report.files, &CheckedFile::valid)) {
    return kExitFailed;
  }
  return std::ranges::any_of(report.findings, fatal) ? kExitFindings : kExitOk;
}

// The files that the patterns of a configuration name, which count from its
// own folder.
std::vector<std::string> RuleFilesOf(const PrometheusConfig& config,
                                     const std::string& path) {
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  std::vector<std::string> files;
  for (const std::string& pattern : config.rule_files) {
    const auto found = Glob((folder / pattern).string());
    if (!found.ok() || found->empty()) {
      std::fprintf(stderr, "rollwatch check: warning: no file is %s (%s)\n",
                   (folder / pattern).c_str(), path.c_str());
      continue;
    }
    files.insert(files.end(), found->begin(), found->end());
  }
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

int Run(CheckOptions options, const schema::Schema& schema) {
  // Never freed: the program ends, and taking it apart takes a tenth of a run.
  static CheckReport& report = *new CheckReport();
  report.list_rules = options.list_rules;
  report.fail_on = options.fail_on;
  report.standard_input = options.files.empty();
  if (options.files.empty()) options.files = {"-"};
  std::vector<CheckInput> inputs;
  const bool all_read = ReadCheckInputs(options.files, inputs);
  const bool find_duplicates = WantsDuplicates(options);
  // Findings point into it.
  report.files.reserve(inputs.size());
  std::vector<const alerts::RuleFile*> rules;
  for (CheckInput& input : inputs) {
    CheckedFile& file =
        report.files.emplace_back(CheckFile(std::move(input), options));
    if (file.valid && find_duplicates) {
      file.duplicates = alerts::FindDuplicates(file.rules);
    }
    rules.push_back(&file.rules);
  }
  alerts::LintResult lint = alerts::Lint(rules, schema, options.lint_options);
  report.findings = CollectFindings(report, lint, options);
  report.cannot_fire = std::move(lint.cannot_fire);
  if (!AcceptFindings(options, report)) return kExitFailed;
  const bool written = WriteReports(report, options);
  return all_read && written ? ExitStatus(report, options) : kExitFailed;
}

}  // namespace

int Check(const Arguments& arguments) {
  CheckOptions options;
  CommandLine line("check",
                   "checks rule files: what Prometheus refuses, and which "
                   "alerts can never fire or lose their labels",
                   "rollwatch check alerts.yml\n"
                   "rollwatch check --schema app.yml alerts.yml\n"
                   "rollwatch check --prometheus-config prometheus.yml\n"
                   "rollwatch check --fail-on warning --list-rules rules/\n"
                   "rollwatch check --format github --output "
                   "sarif=check.sarif rules/\n"
                   "helm template chart | rollwatch check");
  DeclareCheckOptions(line, options);
  // Typed as for promtool.
  const bool rules = !arguments.empty() && arguments[0] == "rules";
  if (const auto exit =
          line.Parse({arguments.begin() + (rules ? 1 : 0), arguments.end()})) {
    return *exit;
  }
  std::error_code error;
  if (rules && options.files.empty() &&
      std::filesystem::exists("rules", error)) {
    return WrongUse("check",
                    "there is a \"rules\" here, but so promtool calls what it "
                    "checks: write ./rules, or - for standard input");
  }
  if (options.config.empty()) options.config = FindSettingsFile();
  if (!options.config.empty() && options.config != "none") {
    const std::string path = options.config;
    if (const auto exit = ApplySettingsFile(path, line)) return *exit;
  }
  if (options.list_checks) {
    std::fputs(options.format == "json" ? alerts::ChecksAsJson().c_str()
                                        : alerts::ChecksAsText().c_str(),
               stdout);
    return kExitOk;
  }
  if (const auto exit = ResolveCheckOptions(options)) return *exit;
  KnownMetrics metrics;
  if (const auto exit =
          LoadKnownMetrics("check", line, options.metrics, &metrics)) {
    return *exit;
  }
  if (metrics.config) {
    options.lint_options.external_labels = metrics.config->external_labels;
    AddFiles(RuleFilesOf(*metrics.config, options.metrics.prometheus_config),
             options.files);
  }
  return Run(std::move(options), metrics.schema);
}

}  // namespace rollwatch
