// The series that generated queries ask.

#ifndef TESTS_PROMQL_GENERATED_SERIES_H_
#define TESTS_PROMQL_GENERATED_SERIES_H_

#include <string>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "promql/storage/memory.h"

namespace promql {

struct GeneratedSeries {
  base::Labels labels;
  std::vector<base::Timestamp> times;
  std::vector<double> values;
};

// 40 minutes from kGeneratedStart on, a sample about every 15 seconds.
inline constexpr base::Timestamp kGeneratedStart = 1'600'000'000'000;
inline constexpr base::Duration kGeneratedLength = 40 * 60 * 1000;

// Counters with resets (a_total, b_total), gauges with NaN and, when asked for,
// stale markers (g, f), a gauge without n (size) and a classic histogram
// (latency_bucket), all with gaps; the same in every run. Where the values are
// added they are short binary fractions, so that the order does not matter.
std::vector<GeneratedSeries> GenerateSeries(bool stale_markers);

MemoryStorage Store(const std::vector<GeneratedSeries>& series);

// OpenMetrics without metadata. REQUIRES: no stale markers
std::string OpenMetricsPage(const std::vector<GeneratedSeries>& series);

}  // namespace promql

#endif  // TESTS_PROMQL_GENERATED_SERIES_H_
