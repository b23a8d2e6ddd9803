// The trim operators `</` and `>/`.

#ifndef BASE_HISTOGRAM_TRIM_H_
#define BASE_HISTOGRAM_TRIM_H_

#include "base/histogram.h"

namespace base {

// Which observations stay: those below or those above the bound.
enum class Keep { kBelow, kAbove };

// Without the observations on the other side of `bound`. A bucket that it cuts
// keeps its share: by logarithmic interpolation, linear in custom buckets and
// in the zero bucket. If anything went, count and sum are estimated anew from
// what stayed. O(buckets).
FloatHistogram Trim(const FloatHistogram& histogram, double bound, Keep keep);

}  // namespace base

#endif  // BASE_HISTOGRAM_TRIM_H_
