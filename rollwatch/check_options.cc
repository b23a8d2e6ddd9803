#include "rollwatch/check_options.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "base/diagnostic.h"
#include "base/version.h"
#include "rollwatch/check_report.h"
#include "rollwatch/findings.h"

namespace rollwatch {
namespace {

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const CheckFormat& format : CheckFormats()) {
    names.emplace_back(format.name);
  }
  return names;
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

}  // namespace

void DeclareCheckOptions(CommandLine& line, CheckOptions& options) {
  AddFailOn(line, &options.fail_on);
  line.Choice("--format", &options.format, FormatNames(), "output format");
  line.Repeated("--output", &options.output_texts,
                "writes this format to a file as well", "FORMAT=FILE");
  line.Flag("--list-rules", &options.list_rules,
            "prints the names of all rules, sorted");
  line.Flag("--list-checks", &options.list_checks,
            "prints the checks there are (docs/checks.md explains them)");
  line.Repeated("--disable", &options.lint_options.disabled,
                "a check not to run", "CODE");
  line.Repeated("--enable", &options.lint_options.enabled,
                "a check to run that is off by default", "CODE");
  line.Option("--baseline", &options.baseline,
              "findings that are accepted and not shown", "FILE");
  line.Option("--write-baseline", &options.write_baseline,
              "writes all findings there, to be accepted from now on", "FILE");
  AddKnownMetricsOptions(line, &options.metrics);
  line.Flag("--closed-schema", &options.lint_options.closed_schema,
            "there are no other metrics: reports every unknown one");
  line.Option("--compat", &options.compat,
              "version of the Prometheus that loads the rules: reports what it "
              "refuses (default: today's)",
              "VERSION");
  line.Option("--lint", &options.lint,
              "promtool's lint: all, duplicate-rules or none", "NAME,...");
  line.Flag("--lint-fatal", &options.lint_fatal,
            "promtool's lint exits 3 when it finds something");
  line.Flag("--ignore-unknown-fields", &options.ignore_unknown_fields,
            "reads over fields that Prometheus does not know");
  line.Option("--config", &options.config,
              "flags as YAML (default: the nearest .rollwatch.yml here or "
              "above; none: no file)",
              "FILE");
  line.Positionals("FILE|DIR", &options.files,
                   "rule files, or folders of them; - or none is standard "
                   "input",
                   /*required=*/false);
}

std::optional<int> ResolveCheckOptions(CheckOptions& options) {
  alerts::LintOptions& lint = options.lint_options;
  if (const auto exit = CheckCodes(lint.disabled, "--disable")) return exit;
  if (const auto exit = CheckCodes(lint.enabled, "--enable")) return exit;
  if (!options.compat.empty()) {
    lint.version = base::ParseVersion(options.compat);
    if (!lint.version) {
      return WrongUse("check", "--compat takes a version: 2.53, 3.5 or 3");
    }
  }
  for (const std::string& text : options.output_texts) {
    const std::size_t equals = text.find('=');
    const CheckFormat* format = FindCheckFormat(text.substr(0, equals));
    if (format == nullptr || equals == std::string::npos ||
        equals + 1 == text.size()) {
      return WrongUse(
          "check", absl::StrFormat("--output: \"%s\" is no FORMAT=FILE, such "
                                   "as sarif=check.sarif",
                                   text));
    }
    options.outputs.push_back({format, text.substr(equals + 1)});
  }
  return std::nullopt;
}

}  // namespace rollwatch
