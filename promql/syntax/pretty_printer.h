// Tree to PromQL text over several lines.

#ifndef PROMQL_SYNTAX_PRETTY_PRINTER_H_
#define PROMQL_SYNTAX_PRETTY_PRINTER_H_

#include <string>

#include "promql/syntax/tree.h"

namespace promql {

// As Prometheus' Prettify prints it (promql/parser/prettier.go): what is at
// most 100 characters long stays on its line; the rest is split, two spaces a
// level, an operator with its matching on a line of its own. Selectors are
// never split. Parses to an equal tree. O(length x depth).
std::string PrettyPrint(const Expr& expr);

}  // namespace promql

#endif  // PROMQL_SYNTAX_PRETTY_PRINTER_H_
