// Random queries that mean something on the generated series.

#ifndef TESTS_PROMQL_QUERY_GENERATOR_H_
#define TESTS_PROMQL_QUERY_GENERATOR_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/operators.h"
#include "promql/functions/function.h"
#include "tests/promql/generated_random.h"

namespace promql {

// Every query is well typed. Functions, aggregations and operators are drawn
// from their tables; joins are made of sides whose labels fit, but for a few
// that fail.
class QueryGenerator {
 public:
  // `known` says which functions and aggregations to use, by name.
  QueryGenerator(std::uint64_t seed,
                 const std::function<bool(std::string_view)>& known);

  std::string Next();

  // How often each function, aggregation and operator was written.
  const std::map<std::string, int>& covered() const { return covered_; }

 private:
  // A vector and the labels that tell its series apart, besides the name.
  struct Vector {
    std::string text;
    std::vector<std::string> labels;
  };

  Vector MakeVector(int depth);
  Vector Selector();
  Vector CallOf(int depth);
  Vector RangeCall(const Function& function, int depth);
  Vector SpecialCall(const Function& function, int depth);
  Vector HistogramCall(const Function& function, int depth);
  Vector Aggregate(int depth);
  Vector WithScalar(int depth);
  Vector Joined(int depth);
  Vector SetOperation(int depth);
  Vector SumBy(const std::vector<std::string>& labels, int depth);
  std::string Scalar(int depth);
  std::string Matchers(const std::vector<std::string>& labels);
  std::string Modifiers();
  // A range vector; counters only, gauges only, or any.
  Vector Range(Function::Reads reads, int depth);
  std::string_view Operator(base::OpKind kind);
  std::string LeftOf(std::string_view op, const std::string& text) const;
  std::string Number();
  void Cover(std::string_view name) { ++covered_[std::string(name)]; }

  Random random_;
  std::vector<const Function*> functions_;
  std::vector<base::AggregationOpRow> aggregations_;
  std::map<std::string, int> covered_;
  int subqueries_ = 0;
};

}  // namespace promql

#endif  // TESTS_PROMQL_QUERY_GENERATOR_H_
