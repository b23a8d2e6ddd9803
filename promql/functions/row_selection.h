// The kernels of the aggregations that pass series on, and of count_values.

#ifndef PROMQL_FUNCTIONS_ROW_SELECTION_H_
#define PROMQL_FUNCTIONS_ROW_SELECTION_H_

#include <string>
#include <vector>

#include "promql/functions/aggregation.h"

namespace promql {

void SelectTop(const AggregationContext& context, std::span<const Series> rows,
               const std::vector<std::size_t>& group, KeptSamples& kept);
void SelectBottom(const AggregationContext& context,
                  std::span<const Series> rows,
                  const std::vector<std::size_t>& group, KeptSamples& kept);
void SelectFirst(const AggregationContext& context,
                 std::span<const Series> rows,
                 const std::vector<std::size_t>& group, KeptSamples& kept);
void SelectRatio(const AggregationContext& context,
                 std::span<const Series> rows,
                 const std::vector<std::size_t>& group, KeptSamples& kept);

std::string SampleText(const Column& column, std::size_t step);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_ROW_SELECTION_H_
