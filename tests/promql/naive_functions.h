// The functions of numbers and of windows that the naive evaluator knows.

#ifndef TESTS_PROMQL_NAIVE_FUNCTIONS_H_
#define TESTS_PROMQL_NAIVE_FUNCTIONS_H_

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/operators.h"
#include "base/time.h"

namespace promql {

struct NaiveSample {
  base::Timestamp time;
  double value;
};

// (end - range, end]; never empty.
struct NaiveWindow {
  std::vector<NaiveSample> samples;
  base::Timestamp end;
  base::Duration range;
  base::Timestamp evaluation_time;
};

// Whether the function is known; without a number the series has no sample.
struct NaiveAnswer {
  bool known = true;
  std::optional<double> number;
};

NaiveAnswer NaivelyOfNumber(std::string_view name, double number,
                            const std::vector<double>& scalars);
NaiveAnswer NaivelyOfWindow(std::string_view name, const NaiveWindow& window,
                            const std::vector<double>& scalars);

// REQUIRES: !numbers.empty()
NaiveAnswer NaivelyOfGroup(base::AggregationOp op, double parameter,
                           const std::vector<double>& numbers);

// Compensated, as upstream's; the sum of what it rounds away is added last.
double NaiveSum(const std::vector<double>& numbers);
double NaiveMean(const std::vector<double>& numbers);
// Of an aggregation: one pass, nothing compensated.
double NaiveVariance(const std::vector<double>& numbers);
double NaiveQuantile(double q, std::vector<double> numbers);
// Of classic buckets (upper bound, count).
double NaiveBucketQuantile(double q,
                           std::vector<std::pair<double, double>> buckets);

}  // namespace promql

#endif  // TESTS_PROMQL_NAIVE_FUNCTIONS_H_
