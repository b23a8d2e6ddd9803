// Neumaier's compensated sum, with Prometheus' rule for infinities.

#ifndef PROMQL_FUNCTIONS_KAHAN_H_
#define PROMQL_FUNCTIONS_KAHAN_H_

#include <cmath>
#include <span>

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

// What KahanSum comes to, from `start` over all numbers, without its branches;
// false when something on the way is not finite, which is then to be summed
// with KahanSum itself. The error of an addition is a number, so that both ways
// of computing it give the same bits.
inline bool SumFinite(std::span<const double> numbers, KahanSum& sum) {
  double value = sum.value;
  double compensation = sum.compensation;
  for (const double number : numbers) {
    const double total = value + number;
    const double added = total - value;
    compensation += (value - (total - added)) + (number - added);
    value = total;
  }
  if (!std::isfinite(value) || !std::isfinite(compensation)) return false;
  sum = {value, compensation};
  return true;
}

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

// The mean of numbers that arrive one by one, as servers before 2.54 have it:
// each number moves it by its share.
class IncrementalMean {
 public:
  void Add(double number) {
    if (!Counts(number)) return;
    mean_ = count_ == 1 ? number : mean_ + Step(number);
  }
  // The same with compensation, which avg_over_time() had from the start.
  void AddCompensated(double number) {
    if (!Counts(number)) return;
    const double step = Step(number);
    const double total = mean_ + step;
    compensation_ += std::fabs(mean_) >= std::fabs(step)
                         ? (mean_ - total) + step
                         : (step - total) + mean_;
    mean_ = total;
  }

  // REQUIRES: a number was added
  double Mean() const {
    return std::isinf(mean_) ? mean_ : mean_ + compensation_;
  }

 private:
  // An infinite mean is moved by NaN and by the other infinity only.
  bool Counts(double number) {
    count_ += 1;
    if (!std::isinf(mean_)) return true;
    return std::isnan(number) || (std::isinf(number) && number != mean_);
  }
  double Step(double number) const { return number / count_ - mean_ / count_; }

  double mean_ = 0;
  double compensation_ = 0;
  double count_ = 0;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_KAHAN_H_
