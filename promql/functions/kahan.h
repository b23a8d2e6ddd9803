// Neumaier's compensated sum, with Prometheus' rule for infinities.

#ifndef PROMQL_FUNCTIONS_KAHAN_H_
#define PROMQL_FUNCTIONS_KAHAN_H_

#include <cmath>

namespace promql {

// The sum is value + compensation. Once the value is infinite the compensation
// is 0, as it would be NaN. (Prometheus util/kahansum.)
struct KahanSum {
  double value = 0;
  double compensation = 0;

  void Add(double increment) {
    const double total = value + increment;
    if (std::isinf(total)) {
      compensation = 0;
    } else if (std::fabs(value) >= std::fabs(increment)) {
      compensation += (value - total) + increment;
    } else {
      compensation += (increment - total) + value;
    }
    value = total;
  }
};

// The mean of numbers that arrive one by one: a compensated sum, or, from the
// number on that would make the sum infinite, an incremental mean.
class KahanMean {
 public:
  void Add(double number) {
    ++count_;
    if (count_ == 1) {
      sum_.value = number;
      return;
    }
    if (!incremental_) {
      KahanSum next = sum_;
      next.Add(number);
      if (!std::isinf(next.value)) {
        sum_ = next;
        return;
      }
      incremental_ = true;
      sum_.value /= count_ - 1;
      sum_.compensation /= count_ - 1;
    }
    const double share = (count_ - 1) / count_;
    sum_.value *= share;
    sum_.compensation *= share;
    sum_.Add(number / count_);
  }

  // REQUIRES: a number was added
  double Mean() const {
    return incremental_ ? sum_.value + sum_.compensation
                        : sum_.value / count_ + sum_.compensation / count_;
  }

 private:
  KahanSum sum_;  // Or, when incremental, the mean.
  double count_ = 0;
  bool incremental_ = false;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_KAHAN_H_
