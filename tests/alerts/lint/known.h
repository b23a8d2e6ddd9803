// What the checks are told in tests.

#ifndef TESTS_ALERTS_LINT_KNOWN_H_
#define TESTS_ALERTS_LINT_KNOWN_H_

#include <string>
#include <string_view>

#include "alerts/lint/lint.h"
#include "schema/schema.h"

namespace alerts {

// The content; "" when there is no such file.
std::string ReadAll(const std::string& path);

struct Known {
  schema::Schema schema;
  LintOptions options;
};

// Our metrics and those of a shop, and what the check of this code asks for: it
// is enabled, and is told the scrape interval, the version, the external labels
// or the target labels that it needs.
Known KnownTo(std::string_view code);

// Adds the metrics of tests/alerts/testdata/schemas/`name`.
void AddSchema(std::string_view name, schema::Schema& schema);

}  // namespace alerts

#endif  // TESTS_ALERTS_LINT_KNOWN_H_
