// The kernels of the aggregations that pass series on, and of count_values.

#ifndef PROMQL_FUNCTIONS_ROW_SELECTION_H_
#define PROMQL_FUNCTIONS_ROW_SELECTION_H_

#include <string>
#include <vector>

#include "promql/functions/aggregation.h"

namespace promql {

std::vector<std::size_t> SelectTop(const AggregationContext& context,
                                   std::size_t step,
                                   std::span<const Series> rows,
                                   const std::vector<std::size_t>& present);
std::vector<std::size_t> SelectBottom(const AggregationContext& context,
                                      std::size_t step,
                                      std::span<const Series> rows,
                                      const std::vector<std::size_t>& present);
std::vector<std::size_t> SelectFirst(const AggregationContext& context,
                                     std::size_t step,
                                     std::span<const Series> rows,
                                     const std::vector<std::size_t>& present);
std::vector<std::size_t> SelectRatio(const AggregationContext& context,
                                     std::size_t step,
                                     std::span<const Series> rows,
                                     const std::vector<std::size_t>& present);

std::string SampleText(const Column& column, std::size_t step);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_ROW_SELECTION_H_
