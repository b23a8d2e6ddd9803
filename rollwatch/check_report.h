// What `rollwatch check` found, and the formats it is written in.

#ifndef ROLLWATCH_CHECK_REPORT_H_
#define ROLLWATCH_CHECK_REPORT_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/lint/lint.h"
#include "alerts/rules/duplicates.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "rollwatch/reports/finding.h"

namespace rollwatch {

struct CheckedFile {
  std::shared_ptr<const base::Source> source;
  base::Diagnostics diagnostics;  // Of reading it.
  // Those that can be read; all of them when `valid`.
  alerts::RuleFile rules;
  bool valid = false;  // Prometheus takes it.
  std::vector<alerts::DuplicateRule> duplicates;
};

struct CheckReport {
  std::vector<CheckedFile> files;
  // What is to be shown, file by file in their order: of reading, promtool's
  // lint, ours.
  std::vector<ReportedFinding> findings;
  std::vector<const alerts::Rule*> cannot_fire;
  std::size_t in_baseline = 0;  // Findings that are not shown.
  std::string fail_on = "error";
  bool list_rules = false;
  bool standard_input = false;
};

// "9 rules in 1 file: 2 errors, 1 warning; 1 of 9 alerts cannot fire"
std::string CheckSummary(const CheckReport& report);

// The names of all rules, sorted.
std::vector<std::string> RuleNames(const CheckReport& report);
std::size_t CountAlerts(const CheckReport& report);

// As promtool words it: a file's name and its number of rules on stdout, why it
// is invalid on stderr. Then findings, and a line that sums up, on stdout.
void PrintCheckReport(const CheckReport& report);

// A row each: text, json, sarif, github, junit.
struct CheckFormat {
  std::string_view name;
  std::string (*write)(const CheckReport& report);
};
std::span<const CheckFormat> CheckFormats();
// nullptr when there is none of this name.
const CheckFormat* FindCheckFormat(std::string_view name);

// The formats, a file check_<format>.cc each.
std::string CheckReportText(const CheckReport& report);
std::string CheckReportJson(const CheckReport& report);
std::string CheckReportSarif(const CheckReport& report);
std::string CheckReportGithub(const CheckReport& report);
std::string CheckReportJunit(const CheckReport& report);

}  // namespace rollwatch

#endif  // ROLLWATCH_CHECK_REPORT_H_
