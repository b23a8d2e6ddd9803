// Sums, differences and multiples of native histograms, with the order of
// floating point operations that Prometheus has.

#ifndef BASE_HISTOGRAM_ARITHMETIC_H_
#define BASE_HISTOGRAM_ARITHMETIC_H_

#include "base/histogram.h"
#include "base/histogram_runs.h"

namespace base {

// What happened when two histograms were put together.
struct HistogramMerge {
  // Exponential and custom buckets do not add up; nothing was changed.
  bool compatible = true;
  // One said that its counter was reset, the other that it was not.
  bool reset_collision = false;
  // The custom bounds differed; the result has those that both had.
  bool bounds_reconciled = false;
};

// sum += other. The result has the coarser schema and the wider zero bucket of
// the two, and the hint that is true of both. O(buckets).
HistogramMerge Add(FloatHistogram& sum, const FloatHistogram& other);

// difference -= other. The hint is as with Add().
HistogramMerge Subtract(FloatHistogram& difference,
                        const FloatHistogram& other);

// All counts and the sum. A negative factor makes a gauge.
void Multiply(FloatHistogram& histogram, double factor);
// As Multiply; division by 0 removes all buckets.
void Divide(FloatHistogram& histogram, double divisor);

// Whether count, sum or a bucket is infinite.
bool HasInfinity(const FloatHistogram& histogram);

// A sum of histograms with little loss by rounding: Neumaier's compensation of
// every number (Prometheus' KahanAdd).
class HistogramSum {
 public:
  explicit HistogramSum(FloatHistogram first);

  HistogramMerge Add(const FloatHistogram& histogram);
  void Multiply(double factor);
  void Divide(double divisor);

  // The sum without its compensation.
  const FloatHistogram& uncompensated() const { return value_; }
  FloatHistogram Total() const;

 private:
  template <typename Change>
  void ChangeCompensation(Change change);

  FloatHistogram value_;
  HistogramCompensation compensation_;
};

}  // namespace base

#endif  // BASE_HISTOGRAM_ARITHMETIC_H_
