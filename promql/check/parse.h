// PromQL text to a checked tree: what every user of the language calls.

#ifndef PROMQL_CHECK_PARSE_H_
#define PROMQL_CHECK_PARSE_H_

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/syntax/parser.h"
#include "promql/syntax/tree.h"

namespace promql {

// Parses and checks types and arity. Null exactly when an error was reported;
// all errors of the expression are, the first with Prometheus' own text.
// All experimental features are allowed.
ExprPtr Parse(std::string_view text, base::Diagnostics& diagnostics,
              const ParserOptions& options = {});

// "1:7: parse error: unclosed left parenthesis": the first error as Prometheus
// prints it. REQUIRES: !diagnostics.ok()
std::string PrometheusError(std::string_view text,
                            const base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_CHECK_PARSE_H_
