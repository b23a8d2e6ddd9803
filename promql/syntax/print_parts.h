// The parts of a node's text that the printer and the pretty printer share.

#ifndef PROMQL_SYNTAX_PRINT_PARTS_H_
#define PROMQL_SYNTAX_PRINT_PARTS_H_

#include <string>

#include "promql/syntax/tree.h"

namespace promql {

// "sum by (a, b) ": what stands before the opening parenthesis.
std::string AggregationHead(const Aggregation& node);

// ">= bool on (a) group_left (b)".
std::string OperatorText(const Binary& node);

// "[5m:1m] @ end() offset 1h".
std::string SubquerySuffix(const Subquery& node);

}  // namespace promql

#endif  // PROMQL_SYNTAX_PRINT_PARTS_H_
