// The kernels of the folding aggregations.

#ifndef PROMQL_FUNCTIONS_ACCUMULATORS_H_
#define PROMQL_FUNCTIONS_ACCUMULATORS_H_

#include <memory>

#include "promql/functions/aggregation.h"

namespace promql {

std::unique_ptr<Accumulator> MakeAvg(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeCount(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeGroup(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeMax(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeMin(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeQuantile(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeStddev(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeStdvar(const AggregationContext& context);
std::unique_ptr<Accumulator> MakeSum(const AggregationContext& context);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_ACCUMULATORS_H_
