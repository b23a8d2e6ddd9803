// resets and changes of series with native histograms.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_EVENTS_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_EVENTS_H_

#include "promql/functions/kernel.h"

namespace promql {

// resets and changes of series that have a histogram anywhere: a change of
// kind counts as one. O(samples + steps).
void MixedResets(const CallContext& call, const Windows& windows, Column& out);
void MixedChanges(const CallContext& call, const Windows& windows, Column& out);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_EVENTS_H_
