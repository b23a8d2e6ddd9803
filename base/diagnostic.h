// What is wrong with a user's text, and where.

#ifndef BASE_DIAGNOSTIC_H_
#define BASE_DIAGNOSTIC_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace base {

enum class Severity { kInfo, kWarning, kError };

// "info", "warning", "error".
std::string_view SeverityName(Severity severity);

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;     // Stable kebab-case name: "unknown-function".
  Span span;            // In the Source that was read.
  std::string message;  // One sentence; a PromQL error's is Prometheus' own.
  std::string help;     // What to write instead; may be empty.
};

// Collects findings. Passes report and carry on, so that one run shows every
// mistake rather than the first. Not safe for use by several threads.
class Diagnostics {
 public:
  void Report(Severity severity, std::string_view code, Span span,
              std::string message, std::string help = {});
  void Error(std::string_view code, Span span, std::string message,
             std::string help = {}) {
    Report(Severity::kError, code, span, std::move(message), std::move(help));
  }
  void Warning(std::string_view code, Span span, std::string message,
               std::string help = {}) {
    Report(Severity::kWarning, code, span, std::move(message), std::move(help));
  }
  void Info(std::string_view code, Span span, std::string message,
            std::string help = {}) {
    Report(Severity::kInfo, code, span, std::move(message), std::move(help));
  }

  // Reports all of `more` here.
  void Append(Diagnostics more);

  // Whether no error was reported.
  bool ok() const { return errors_ == 0; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // REQUIRES: !ok()
  const Diagnostic& first_error() const;

 private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
};

// Formats as
//   name:line:column: severity: message [code]
//      12 |       expr: rate(http_requests_total) > 5
//         |                  ^~~~~~~~~~~~~~~~~~~
//         = help: http_requests_total[5m]
// A span over several lines is marked to the end of its first line. Tabs of
// the line are kept in the mark's padding, so that the two align. Of a line
// above 1,000 bytes the part around the span is shown, and U+FFFD instead of
// what would steer a terminal. `colour` adds ANSI colours.
std::string Render(const Source& source, const Diagnostic& diagnostic,
                   bool colour = false);

// The candidate nearest to `word` by edit distance (with transpositions,
// ignoring case first), when it is near enough for a "did you mean"; else
// empty. Distance at most 2, and less than half the word.
std::string_view Nearest(std::string_view word,
                         const std::vector<std::string_view>& candidates);

}  // namespace base

#endif  // BASE_DIAGNOSTIC_H_
