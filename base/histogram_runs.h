// Changes of the bucket runs of one sign.

#ifndef BASE_HISTOGRAM_RUNS_H_
#define BASE_HISTOGRAM_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/histogram.h"

namespace base {

// Adds `term` to `sum`. `compensation`, unless null, gathers what rounding
// lost (Neumaier); an infinite sum has none. Prometheus' kahansum.Inc.
void Accumulate(double term, double& sum, double* compensation);

// Runs with, for a compensated sum, what rounding lost of each count.
struct RunningRuns {
  BucketRuns* runs;
  std::vector<double>* compensation;  // Null, or as long as runs->counts.

  double compensation_at(std::size_t position) const {
    return compensation == nullptr ? 0 : (*compensation)[position];
  }
};

// What rounding lost of each number of a histogram that is a sum; the lists
// are as long as its buckets.
struct HistogramCompensation {
  double zero_count = 0;
  double count = 0;
  double sum = 0;
  std::vector<double> positive;
  std::vector<double> negative;
};

// A histogram that is changed, with its compensation if it has one.
struct RunningHistogram {
  FloatHistogram* value;
  HistogramCompensation* compensation;  // May be null.

  RunningRuns runs(bool positive) const {
    return {positive ? &value->positive : &value->negative,
            compensation == nullptr ? nullptr
            : positive              ? &compensation->positive
                                    : &compensation->negative};
  }
};

// Builds runs anew from buckets in ascending order of index. The old runs can
// be read until Finish().
class RunsBuilder {
 public:
  explicit RunsBuilder(RunningRuns target) : target_(target) {}

  // The same index again adds up. REQUIRES: index is not below the last one
  void Add(std::int32_t index, double count, double compensation = 0);

  // Puts what was built in the place of the old runs.
  void Finish();

 private:
  RunningRuns target_;
  BucketRuns runs_;
  std::vector<double> compensation_;
  std::int32_t next_ = 0;  // The index behind the last bucket.
};

// Removes empty buckets: Prometheus' Compact(0). O(buckets).
void Compact(RunningHistogram histogram);
void Compact(FloatHistogram& histogram);

// Merges buckets to those of a coarser exponential schema.
// REQUIRES: to <= from
void ReduceRuns(RunningRuns runs, std::int32_t from, std::int32_t to);

// Where a bucket of schema `from` goes in a coarser schema `to`.
inline std::int32_t ReducedIndex(std::int32_t index, std::int32_t from,
                                 std::int32_t to) {
  return ((index - 1) >> (from - to)) + 1;
}

// The bounds that both have. O(bounds).
CustomBounds CommonBounds(const CustomBounds& a, const CustomBounds& b);

// Merges custom buckets to those of fewer bounds; empty ones are left out.
// REQUIRES: `from` has every bound of `to`
void MapRuns(RunningRuns runs, const CustomBounds& from,
             const CustomBounds& to);

// The same data in a coarser schema, or the histogram as it is when `schema`
// is not coarser or either has custom buckets (CopyToSchema).
FloatHistogram AtSchema(const FloatHistogram& histogram, std::int32_t schema);

}  // namespace base

#endif  // BASE_HISTOGRAM_RUNS_H_
