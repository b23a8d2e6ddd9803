#include "rollwatch/check_report.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "alerts/lint/check_documents.h"
#include "alerts/lint/checks.h"
#include "rollwatch/reports/github.h"
#include "rollwatch/reports/sarif.h"

namespace rollwatch {
namespace {

constexpr CheckFormat kFormats[] = {
    {"text", CheckReportText},   {"json", CheckReportJson},
    {"sarif", CheckReportSarif}, {"github", CheckReportGithub},
    {"junit", CheckReportJunit},
};

std::string Plural(std::size_t count, std::string_view word) {
  return absl::StrFormat("%d %s%s", count, word, count == 1 ? "" : "s");
}

}  // namespace

std::span<const CheckFormat> CheckFormats() { return kFormats; }

const CheckFormat* FindCheckFormat(std::string_view name) {
  const auto* row = std::ranges::find(kFormats, name, &CheckFormat::name);
  return row == std::end(kFormats) ? nullptr : row;
}

std::vector<std::string> RuleNames(const CheckReport& report) {
  std::vector<std::string> names;
  for (const CheckedFile& file : report.files) {
    if (!file.valid) continue;
    for (const alerts::Group& group : file.rules.groups) {
      for (const alerts::Rule& rule : group.rules) {
        names.emplace_back(rule.name.view());
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

std::size_t CountAlerts(const CheckReport& report) {
  std::size_t alerts = 0;
  for (const CheckedFile& file : report.files) {
    for (const alerts::Group& group : file.rules.groups) {
      alerts += static_cast<std::size_t>(std::ranges::count(
          group.rules, alerts::Rule::Kind::kAlert, &alerts::Rule::kind));
    }
  }
  return alerts;
}

std::string CheckSummary(const CheckReport& report) {
  std::size_t rules = 0;
  std::size_t invalid = 0;
  for (const CheckedFile& file : report.files) {
    rules += file.valid ? file.rules.rule_count() : 0;
    invalid += file.valid ? 0 : 1;
  }
  std::string text = absl::StrFormat("%s in %s: ", Plural(rules, "rule"),
                                     Plural(report.files.size(), "file"));
  if (invalid > 0) text += Plural(invalid, "invalid file") + ", ";
  std::size_t counts[3] = {};
  for (const ReportedFinding& finding : report.findings) {
    ++counts[static_cast<std::size_t>(finding.diagnostic.severity)];
  }
  text += Plural(counts[2], "error") + ", " + Plural(counts[1], "warning");
  if (counts[0] > 0) absl::StrAppendFormat(&text, ", %d info", counts[0]);
  if (report.in_baseline > 0) {
    absl::StrAppendFormat(&text, ", %d in the baseline", report.in_baseline);
  }
  const std::size_t dead = report.cannot_fire.size();
  if (dead == 0) return text + "; 0 alerts cannot fire";
  return text + absl::StrFormat("; %d of %s cannot fire", dead,
                                Plural(CountAlerts(report), "alert"));
}

std::string CheckReportGithub(const CheckReport& report) {
  return FindingsAsGithub(report.findings);
}

std::string CheckReportSarif(const CheckReport& report) {
  std::vector<SarifRule> rules;
  for (const alerts::Check& check : alerts::Checks()) {
    rules.push_back({check.code, check.severity, check.catches,
                     alerts::CheckAsMarkdown(check)});
  }
  return FindingsAsSarif(report.findings, std::move(rules));
}

}  // namespace rollwatch
