// Which series of a vector are buckets of one histogram.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_GROUPS_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_GROUPS_H_

#include <cstddef>
#include <vector>

#include "base/labels.h"
#include "promql/functions/classic_buckets.h"
#include "promql/functions/kernel.h"

namespace promql {

// Classic buckets whose series are equal but for their le label, and native
// histograms of the same labels.
struct HistogramGroup {
  base::Labels labels;
  bool drop_name = false;
  struct Bucket {
    double upper_bound = 0;
    std::size_t row = 0;
  };
  std::vector<Bucket> buckets;       // Sorted by bound.
  std::vector<std::size_t> natives;  // Rows with native histograms.
};

// In the order of each group's first row. A float series whose le is no number
// is left out, with a warning. To a native histogram le is a label like any
// other. O(rows log rows).
std::vector<HistogramGroup> GroupHistograms(const CallContext& call,
                                            const Block& block,
                                            base::Span span);

// The classic buckets that are present at a step.
void GatherBuckets(const HistogramGroup& group, const Block& block,
                   std::size_t step, std::vector<ClassicBucket>& buckets);

// The native histogram at a step, or null. Where there are classic buckets as
// well, they are cleared and the answer is null, with a warning.
const base::FloatHistogram* NativeAt(const CallContext& call,
                                     const HistogramGroup& group,
                                     const Block& block, std::size_t step,
                                     base::Span span,
                                     std::vector<ClassicBucket>& buckets);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_GROUPS_H_
