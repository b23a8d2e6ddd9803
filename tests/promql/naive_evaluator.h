// The slow, obvious twin of the engine: a step at a time, a map per step.

#ifndef TESTS_PROMQL_NAIVE_EVALUATOR_H_
#define TESTS_PROMQL_NAIVE_EVALUATOR_H_

#include <map>
#include <optional>

#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/storage.h"
#include "promql/syntax/tree.h"

namespace promql {

// A vector, or, without labels, a scalar. Floats only.
struct NaiveValue {
  bool scalar = false;
  std::map<base::Labels, double> samples;
};

// Knows literals, selectors with offset and @, ranges and subqueries, rate,
// increase, delta, the plain *_over_time functions, abs, clamp_min, vector,
// scalar, time, absent, unary and binary operators with one-to-one and
// group_left matching, and sum, avg, min, max, count and group. Nothing when
// the query fails or uses anything else.
std::optional<NaiveValue> EvaluateNaively(const Storage& storage,
                                          const Expr& expr,
                                          base::Timestamp time);

}  // namespace promql

#endif  // TESTS_PROMQL_NAIVE_EVALUATOR_H_
