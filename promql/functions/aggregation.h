// THE aggregation table: what evaluates each aggregation operator.

#ifndef PROMQL_FUNCTIONS_AGGREGATION_H_
#define PROMQL_FUNCTIONS_AGGREGATION_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/operators.h"
#include "promql/functions/column.h"
#include "promql/functions/compatibility.h"

namespace promql {

// What an aggregation knows besides the samples.
struct AggregationContext {
  base::AggregationOp op = base::AggregationOp::kSum;
  std::size_t steps = 0;
  std::vector<double> parameter;  // A value for each step; empty without one.
  base::Span parameter_span;
  base::Span expr_span;  // Of what is aggregated.
  Compatibility compatibility;
  base::Diagnostics* diagnostics = nullptr;
};

// Folds the series of one group, a series after the other. At each step they
// arrive in the order of the input, so that sums are Prometheus' to the bit.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  // The row must live until Finish.
  virtual void Add(const Series& row) = 0;
  // REQUIRES: called once. `out` is empty.
  virtual void Finish(Column& out) = 0;
};
using MakeAccumulator =
    std::unique_ptr<Accumulator> (*)(const AggregationContext& context);

// Which samples stay: a Presence for each row of the input and each step, and
// for an instant query the rows in the order in which it shows them.
struct KeptSamples {
  std::vector<std::vector<std::uint8_t>> present;
  std::vector<std::size_t> order;
};

// Decides which samples of one group stay. `group` are its rows in the order of
// the input. What the rows do not keep is absent in `kept`.
using SelectRows = void (*)(const AggregationContext& context,
                            std::span<const Series> rows,
                            const std::vector<std::size_t>& group,
                            KeptSamples& kept);

// The value of count_values' label.
using LabelSample = std::string (*)(const Column& column, std::size_t step);

struct AggregationRow {
  base::AggregationOp op;
  std::variant<MakeAccumulator, SelectRows, LabelSample> kernel;
  // Looks at floats only; a histogram is left out, with an info.
  bool ignores_histograms;
};

const AggregationRow& FindAggregation(base::AggregationOp op);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_AGGREGATION_H_
