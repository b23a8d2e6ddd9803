// PromQL text to tree.

#ifndef PROMQL_SYNTAX_PARSER_H_
#define PROMQL_SYNTAX_PARSER_H_

#include <cstddef>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/syntax/tree.h"

namespace promql {

struct ParserOptions {
  // Nesting of parentheses, calls and operators; deeper is an error, so that
  // hostile input cannot exhaust the stack.
  std::size_t max_depth = 1000;
};

// Parses one expression. Null exactly when an error was reported. The first
// error has Prometheus' own text, later ones ours; spans are in `text`. Types
// are not checked here but by CheckTypes (promql/check/types.h); Parse() in
// promql/check/parse.h does both.
ExprPtr ParseSyntax(std::string_view text, base::Diagnostics& diagnostics,
                    const ParserOptions& options = {});

}  // namespace promql

#endif  // PROMQL_SYNTAX_PARSER_H_
