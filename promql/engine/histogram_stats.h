// Native histograms of which only count and sum are asked for.

#ifndef PROMQL_ENGINE_HISTOGRAM_STATS_H_
#define PROMQL_ENGINE_HISTOGRAM_STATS_H_

#include "promql/engine/plan.h"
#include "promql/engine/storage.h"

namespace promql {

// Marks the selectors below histogram_count, histogram_sum and histogram_avg
// whose buckets nothing else looks at. Prometheus'
// detectHistogramStatsDecoding: it decides which counter reset hints, and so
// which warnings, such a query sees.
void MarkStatsOnly(Plan& plan);

// Leaves of each histogram the count, the sum and the schema, with a hint that
// says whether its counter was reset since the histogram before it.
void KeepStatsOnly(SeriesSet& set);

}  // namespace promql

#endif  // PROMQL_ENGINE_HISTOGRAM_STATS_H_
