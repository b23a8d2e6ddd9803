// What an older Prometheus knows of the language.

#ifndef PROMQL_CHECK_KNOWN_H_
#define PROMQL_CHECK_KNOWN_H_

#include <string>

#include "base/diagnostic.h"
#include "base/version.h"
#include "promql/syntax/tree.h"

namespace promql {

// Reports every function, aggregation and operator that came after `server`, by
// the `since` of their tables; the grammar is today's. Returns whether there
// was none. O(nodes).
bool CheckKnown(const Expr& expr, base::Version server,
                base::Diagnostics& diagnostics);

// "it came with Prometheus 3.5, --compat is 2.42"
std::string CameLater(base::Version since, base::Version server);

}  // namespace promql

#endif  // PROMQL_CHECK_KNOWN_H_
