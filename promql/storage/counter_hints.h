// What a storage knows of counter resets.

#ifndef PROMQL_STORAGE_COUNTER_HINTS_H_
#define PROMQL_STORAGE_COUNTER_HINTS_H_

#include "promql/engine/storage.h"

namespace promql {

// The hint of a native histogram as Prometheus' TSDB would answer it, whatever
// hint it was written with: "not reset" where it goes on with the chunk of the
// sample before it, "gauge" for gauges, else "unknown". `previous` is null when
// that sample was none or no histogram.
HistogramPtr WithStoredHint(const HistogramPtr& previous,
                            HistogramPtr histogram);

}  // namespace promql

#endif  // PROMQL_STORAGE_COUNTER_HINTS_H_
