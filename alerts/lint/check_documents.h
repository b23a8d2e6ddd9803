// The check table as documents.

#ifndef ALERTS_LINT_CHECK_DOCUMENTS_H_
#define ALERTS_LINT_CHECK_DOCUMENTS_H_

#include <string>
#include <string_view>

#include "alerts/lint/checks.h"

namespace alerts {

// A rule of a check's text as a whole rule file.
std::string ExampleFile(std::string_view rule);

// A line a check: code, severity, what it catches.
std::string ChecksAsText();

// {"checks": [{"code", "severity", "default", "catches", "documentation",
// "pint", "bad", "good"}, ...]}
std::string ChecksAsJson();

// The paragraph and the examples.
std::string CheckAsMarkdown(const Check& check);

// docs/checks.md.
std::string ChecksAsMarkdown();

}  // namespace alerts

#endif  // ALERTS_LINT_CHECK_DOCUMENTS_H_
