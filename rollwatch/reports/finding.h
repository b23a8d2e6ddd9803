// A finding as all output formats show it.

#ifndef ROLLWATCH_REPORTS_FINDING_H_
#define ROLLWATCH_REPORTS_FINDING_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"

namespace rollwatch {

struct ReportedFinding {
  // Why the file cannot be read, promtool's own lint, our checks.
  enum class Stage { kReading, kPromtoolLint, kLint };
  Stage stage = Stage::kLint;
  std::shared_ptr<const base::Source> source;  // Never null.
  base::Diagnostic diagnostic;                 // Its span is in the source.
  std::string group;  // Both empty when it is about the file.
  std::string rule;
  base::Span rule_span;  // Of the whole rule.
  // 16 hexadecimal digits: the same for the same finding in the next run, also
  // when lines move or rules before it come and go. Unique in a run.
  std::string fingerprint;
};

void SetFingerprints(std::vector<ReportedFinding>& findings);

// The name of a file below the working directory, as a repository knows it:
// without "./", relative when it was absolute. Others stay as they are.
std::string RelativePath(const std::string& path);

// Where a finding begins or ends, columns counted in characters.
struct CharacterPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};
CharacterPosition CharacterAt(const base::Source& source, std::size_t offset);

}  // namespace rollwatch

#endif  // ROLLWATCH_REPORTS_FINDING_H_
