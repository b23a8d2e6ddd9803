// {{schema:1 sum:3 count:2 buckets:[1 0 1]}} to a histogram.

#ifndef PROMQL_SYNTAX_SERIES_HISTOGRAM_H_
#define PROMQL_SYNTAX_SERIES_HISTOGRAM_H_

#include "base/histogram.h"
#include "promql/syntax/series_scanner.h"

namespace promql {

// Reads a histogram with its braces. False after an error was reported.
// REQUIRES: scanner.Follows("{{")
bool ReadHistogram(SeriesScanner& scanner, base::FloatHistogram& histogram);

}  // namespace promql

#endif  // PROMQL_SYNTAX_SERIES_HISTOGRAM_H_
