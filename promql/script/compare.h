// Whether a query's answer is the expected one.

#ifndef PROMQL_SCRIPT_COMPARE_H_
#define PROMQL_SCRIPT_COMPARE_H_

#include <string>

#include "base/diagnostic.h"
#include "promql/engine/engine.h"
#include "promql/script/script.h"

namespace promql {

// Equal within a relative difference of 1e-6; NaN equals NaN, and a stale
// marker only a stale marker.
bool AlmostEqual(double a, double b);

// Empty when they are equal, else what differs. REQUIRES: no failure expected
std::string CompareResult(const EvalCommand& expected,
                          const QueryResult& result);

// What is wrong with the warnings and infos, or empty.
std::string CompareAnnotations(const EvalCommand& expected,
                               const base::Diagnostics& diagnostics);

// Whether the query failed as expected: empty, or what differs.
std::string CompareFailure(const EvalCommand& expected,
                           const std::string& message);

// The result as a script would write it, a series a line.
std::string Describe(const QueryResult& result);

}  // namespace promql

#endif  // PROMQL_SCRIPT_COMPARE_H_
