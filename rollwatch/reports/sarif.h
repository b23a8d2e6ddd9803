// Findings as SARIF 2.1.0, which code scanning and editors read.

#ifndef ROLLWATCH_REPORTS_SARIF_H_
#define ROLLWATCH_REPORTS_SARIF_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "rollwatch/reports/finding.h"

namespace rollwatch {

// What a finding's code stands for.
struct SarifRule {
  std::string_view code;
  base::Severity severity = base::Severity::kError;
  std::string_view summary;
  std::string help;  // Markdown; may be empty.
};

// One log with one run. `rules` may lack codes of findings: they get a rule
// without a text.
std::string FindingsAsSarif(const std::vector<ReportedFinding>& findings,
                            std::vector<SarifRule> rules);

}  // namespace rollwatch

#endif  // ROLLWATCH_REPORTS_SARIF_H_
