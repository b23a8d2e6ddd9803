// What an older Prometheus knows of the language.

#ifndef PROMQL_CHECK_KNOWN_H_
#define PROMQL_CHECK_KNOWN_H_

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/version.h"
#include "promql/syntax/tree.h"

namespace promql {

// Reports all in an expression that came after `server`: functions,
// aggregations and operators by the `since` of their tables, and forms of
// durations, numbers and names. Where the release is not certain, an older one
// is assumed. `text` is what `expr` was parsed from. Returns whether there was
// nothing. O(length).
bool CheckKnown(std::string_view text, const Expr& expr, base::Version server,
                base::Diagnostics& diagnostics);

// The same of a series description, or of what stands before its values.
bool CheckKnownSeries(std::string_view text, base::Version server,
                      base::Diagnostics& diagnostics);

// Refuses `what` at the span, when it came after `server`.
void RefuseLater(base::Span span, std::string_view what, base::Version since,
                 base::Version server, base::Diagnostics& diagnostics);

// "it came with Prometheus 3.5, --compat is 2.42"
std::string CameLater(base::Version since, base::Version server);

}  // namespace promql

#endif  // PROMQL_CHECK_KNOWN_H_
