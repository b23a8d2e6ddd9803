// Findings about native histograms, with upstream's texts.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_FINDINGS_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_FINDINGS_H_

#include <string_view>

#include "base/diagnostic.h"
#include "base/source.h"

namespace promql {

enum class HistogramOperation { kAddition, kSubtraction, kAggregation };

// An empty metric name is left out.
void WarnOfMixedSamples(base::Span span, std::string_view metric_name,
                        base::Diagnostics& diagnostics);
void WarnOfMixedBuckets(base::Span span, std::string_view metric_name,
                        base::Diagnostics& diagnostics);
void WarnOfResetCollision(base::Span span, HistogramOperation operation,
                          base::Diagnostics& diagnostics);
void InformOfReconciledBounds(base::Span span, HistogramOperation operation,
                              base::Diagnostics& diagnostics);
void WarnOfNotCounter(base::Span span, std::string_view metric_name,
                      base::Diagnostics& diagnostics);
void WarnOfNotGauge(base::Span span, std::string_view metric_name,
                    base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_FINDINGS_H_
