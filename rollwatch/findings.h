// Findings about a user's files, as the subcommands that check files show them.

#ifndef ROLLWATCH_FINDINGS_H_
#define ROLLWATCH_FINDINGS_H_

#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "rollwatch/command_line.h"

namespace rollwatch {

// Declares --fail-on error|warning|info|none; the default is error.
void AddFailOn(CommandLine& line, std::string* fail_on);

// Whether a finding is at or above `fail_on`.
bool IsAtLeast(base::Severity severity, std::string_view fail_on);
bool Reaches(const base::Diagnostics& findings, std::string_view fail_on);

// Each as base::Render draws it; behind the first `most` their number.
void PrintFindings(std::FILE* out, const base::Source& source,
                   const base::Diagnostics& findings,
                   std::size_t most = std::numeric_limits<std::size_t>::max());

// An array of objects with severity, code, line, column, end_line, end_column,
// message and, when there is one, help.
void WriteFindings(base::JsonWriter& json, const base::Source& source,
                   const base::Diagnostics& findings);

// "3 errors, 1 warning"; "no findings".
std::string CountFindings(const base::Diagnostics& findings);

}  // namespace rollwatch

#endif  // ROLLWATCH_FINDINGS_H_
