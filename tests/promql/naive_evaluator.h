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

// Knows the language of floats but for label_replace, smoothing, order
// (limitk, ties of topk), fill and the parts of histograms. Nothing when the
// query fails or uses anything else.
std::optional<NaiveValue> EvaluateNaively(const Storage& storage,
                                          const Expr& expr,
                                          base::Timestamp time);

// A step of a range query.
struct NaiveStep {
  bool known = true;
  std::optional<NaiveValue> value;  // Nothing where the query fails.
};
NaiveStep EvaluateNaively(const Storage& storage, const Expr& expr,
                          const base::TimeGrid& grid, std::size_t step);

}  // namespace promql

#endif  // TESTS_PROMQL_NAIVE_EVALUATOR_H_
