// Counter resets of native histograms.

#ifndef BASE_HISTOGRAM_RESET_H_
#define BASE_HISTOGRAM_RESET_H_

#include "base/histogram.h"

namespace base {

// Whether a counter was reset between two samples: what their hint says, else
// whether anything that may only grow has shrunk, or the layout has changed so
// that the former data cannot be within the latter. O(buckets).
bool IsReset(const FloatHistogram& previous, const FloatHistogram& current);

}  // namespace base

#endif  // BASE_HISTOGRAM_RESET_H_
