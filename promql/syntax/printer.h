// Tree to PromQL text.

#ifndef PROMQL_SYNTAX_PRINTER_H_
#define PROMQL_SYNTAX_PRINTER_H_

#include <string>

#include "promql/syntax/tree.h"

namespace promql {

// On one line, as Prometheus' Expr.String() prints it; parses to an equal tree.
std::string Print(const Expr& expr);

// As an S-expression with every node's kind, for tests:
// "(+ 1 (* 2 3))".
std::string Dump(const Expr& expr);

}  // namespace promql

#endif  // PROMQL_SYNTAX_PRINTER_H_
