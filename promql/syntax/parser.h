// PromQL text to tree.

#ifndef PROMQL_SYNTAX_PARSER_H_
#define PROMQL_SYNTAX_PARSER_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/diagnostic.h"
#include "base/version.h"
#include "promql/syntax/tree.h"

namespace promql {

struct ParserOptions {
  // The depth of the tree, chains like a + b + c included; deeper is an error,
  // so that hostile input cannot exhaust the stack of any pass.
  std::size_t max_depth = 1000;
  // The functions that exist, sorted. Empty: any name is accepted.
  std::span<const std::string_view> functions = {};
  // Parse() refuses what a server of this release does not know.
  std::optional<base::Version> server = std::nullopt;
};

// Parses one expression. Null exactly when an error was reported. The first
// error has Prometheus' own text, later ones ours; spans are in `text`. Types
// are not checked here but by CheckTypes (promql/check/types.h); Parse() in
// promql/check/parse.h does both.
ExprPtr ParseSyntax(std::string_view text, base::Diagnostics& diagnostics,
                    const ParserOptions& options = {});

}  // namespace promql

#endif  // PROMQL_SYNTAX_PARSER_H_
