// Tree to PromQL text over several lines.

#ifndef PROMQL_SYNTAX_PRETTY_PRINTER_H_
#define PROMQL_SYNTAX_PRETTY_PRINTER_H_

#include <string>
#include <string_view>

#include "promql/syntax/tree.h"

namespace promql {

// As Prometheus' Prettify prints it (promql/parser/prettier.go): what is at
// most 100 characters long stays on its line; the rest is split, two spaces a
// level, an operator with its matching on a line of its own. Selectors are
// never split. Parses to an equal tree. O(length x depth).
//
// `text` is what the tree was parsed of: its comments, which Prometheus drops,
// are kept in their order, each at its line's end or on its own line as it was;
// what they stand in is split, and those within a selector come before it.
std::string PrettyPrint(const Expr& expr, std::string_view text = "");

}  // namespace promql

#endif  // PROMQL_SYNTAX_PRETTY_PRINTER_H_
