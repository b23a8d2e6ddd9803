// How much a native histogram grew over a window.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_GROWTH_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_GROWTH_H_

#include <optional>
#include <span>

#include "base/histogram.h"
#include "base/time.h"
#include "promql/functions/window.h"

namespace promql {

// What came to light, for findings.
struct GrowthFindings {
  bool mixed_buckets = false;
  bool not_counter = false;
  bool not_gauge = false;
  bool subtraction_reconciled = false;
  bool addition_reconciled = false;
};

// The last sample less the first, and for a counter what resets took away. A
// gauge. Nothing when the kinds of buckets do not mix. `start_times` says
// whether start timestamps tell of resets. REQUIRES: not empty
// (functions.go:640)
std::optional<base::FloatHistogram> GrowthBetweenSamples(
    const Samples<HistogramPtr>& samples, bool is_counter, bool start_times,
    GrowthFindings& findings);

// The growth from one edge of an anchored or smoothed window to the other.
// Nothing as well when no sample tells of the window.
std::optional<base::FloatHistogram> GrowthBetweenEdges(
    const Window& window, bool smoothed, bool is_counter,
    GrowthFindings& findings);

// On the line between two samples; a counter that was reset between them rises
// from 0. Nothing when the kinds of buckets do not mix.
// REQUIRES: from_time < time < to_time
std::optional<base::FloatHistogram> InterpolateHistograms(
    const base::FloatHistogram& from, base::Timestamp from_time,
    const base::FloatHistogram& to, base::Timestamp to_time,
    base::Timestamp time, bool is_counter);

// Whether samples i - 1 and i have a reset of the counter between them.
bool ResetBefore(const Samples<HistogramPtr>& samples, std::size_t i,
                 bool start_times);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_GROWTH_H_
