// What `rollwatch check` found, as text and as JSON.

#ifndef ROLLWATCH_CHECK_REPORT_H_
#define ROLLWATCH_CHECK_REPORT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/lint/lint.h"
#include "alerts/rules/duplicates.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "base/source.h"

namespace rollwatch {

struct CheckedFile {
  std::shared_ptr<const base::Source> source;
  // Of reading it: errors when `rules` is missing, else at most warnings.
  base::Diagnostics diagnostics;
  std::optional<alerts::RuleFile> rules;
  std::vector<alerts::DuplicateRule> duplicates;
};

struct CheckReport {
  std::vector<CheckedFile> files;
  alerts::LintResult lint;  // Of all valid files.
  bool list_rules = false;
  bool standard_input = false;
};

// As promtool words it: a file's name and its number of rules on stdout, why it
// is invalid on stderr. Findings, and a line that sums up, on stdout.
void PrintCheckReport(const CheckReport& report);

// {"files": [...], "findings": [...], "rules": [...], "cannot_fire": [...]}
std::string CheckReportJson(const CheckReport& report);

}  // namespace rollwatch

#endif  // ROLLWATCH_CHECK_REPORT_H_
