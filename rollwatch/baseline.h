// Findings that a team has accepted, by their fingerprints.

#ifndef ROLLWATCH_BASELINE_H_
#define ROLLWATCH_BASELINE_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rollwatch/reports/finding.h"

namespace rollwatch {

// The text of a baseline file: JSON that a person can review, a finding of a
// check each. Problems for which Prometheus refuses a file are not in it.
std::string BaselineText(const std::vector<ReportedFinding>& findings);

// The fingerprints of a baseline file. The status' message names the file.
absl::StatusOr<std::set<std::string>> ReadBaseline(const std::string& path);

struct BaselineUse {
  std::size_t hidden = 0;
  std::size_t gone = 0;  // Entries that nothing has any more.
};

// Takes the findings of the baseline out.
BaselineUse ApplyBaseline(const std::set<std::string>& baseline,
                          std::vector<ReportedFinding>& findings);

}  // namespace rollwatch

#endif  // ROLLWATCH_BASELINE_H_
