// Windows of histograms: the growth of native histograms.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_RATE_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_RATE_H_

#include "promql/functions/kernel.h"

namespace promql {

// rate, increase and delta of the windows that hold histograms only.
void RateHistograms(const CallContext& call, const Windows& windows,
                    bool is_counter, bool per_second, Column& out);
// irate and idelta of windows that hold a histogram.
void InstantHistograms(const CallContext& call, const Windows& windows,
                       bool is_rate, Column& out);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_RATE_H_
