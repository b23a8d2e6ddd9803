// Windows of histograms: the parts of kernels that floats have no share in.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_OVER_TIME_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_OVER_TIME_H_

#include "promql/functions/kernel.h"

namespace promql {

// Each fills the steps whose windows hold histograms only, and costs nothing
// where a series has none.
void SumHistograms(const CallContext& call, const Windows& windows,
                   Column& out);
void MeanHistograms(const CallContext& call, const Windows& windows,
                    Column& out);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_OVER_TIME_H_
