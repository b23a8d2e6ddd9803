// Anchored and smoothed windows: no extrapolation, but neighbours outside.

#ifndef PROMQL_FUNCTIONS_EXTENDED_RANGE_H_
#define PROMQL_FUNCTIONS_EXTENDED_RANGE_H_

#include "promql/functions/kernel.h"

namespace promql {

// The growth from one edge of the window to the other. An anchored edge takes
// the last sample at or before it, a smoothed one the line between its
// neighbours. Floats only. (functions.go:309)
void ExtendedGrowth(const CallContext& call, const Windows& windows,
                    bool is_counter, bool per_second, Column& out);

// The same windows, but empty where they only hold the anchor.
Windows Anchored(const Windows& windows);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_EXTENDED_RANGE_H_
