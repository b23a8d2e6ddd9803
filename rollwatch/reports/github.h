// Findings as GitHub shows them.

#ifndef ROLLWATCH_REPORTS_GITHUB_H_
#define ROLLWATCH_REPORTS_GITHUB_H_

#include <string>
#include <string_view>
#include <vector>

#include "rollwatch/reports/finding.h"

namespace rollwatch {

// Workflow commands, a line each, which GitHub shows as annotations at their
// lines: "::error file=rules.yml,line=5,col=12,...::message".
std::string FindingsAsGithub(const std::vector<ReportedFinding>& findings);

// A table in Markdown under `title`, for a job's summary: GitHub shows ten
// annotations a step, and this shows all. `summary` is a line of text.
std::string FindingsAsMarkdown(const std::vector<ReportedFinding>& findings,
                               std::string_view title,
                               std::string_view summary);

}  // namespace rollwatch

#endif  // ROLLWATCH_REPORTS_GITHUB_H_
