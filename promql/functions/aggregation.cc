#include "promql/functions/aggregation.h"

#include <array>

#include "promql/functions/accumulators.h"
#include "promql/functions/row_selection.h"

namespace promql {
namespace {

using Op = base::AggregationOp;

// In the order of the enumeration.
// clang-format off
constexpr std::array<AggregationRow, 14> kAggregations = {{
    {Op::kAvg,         MakeAvg,         false},
    {Op::kBottomk,     SelectBottom,    true},
    {Op::kCount,       MakeCount,       false},
    {Op::kCountValues, SampleText,      false},
    {Op::kGroup,       MakeGroup,       false},
    {Op::kLimitRatio,  SelectRatio,     false},
    {Op::kLimitk,      SelectFirst,     false},
    {Op::kMax,         MakeMax,         true},
    {Op::kMin,         MakeMin,         true},
    {Op::kQuantile,    MakeQuantile,    true},
    {Op::kStddev,      MakeStddev,      true},
    {Op::kStdvar,      MakeStdvar,      true},
    {Op::kSum,         MakeSum,         false},
    {Op::kTopk,        SelectTop,       true},
}};
// clang-format on

}  // namespace

const AggregationRow& FindAggregation(base::AggregationOp op) {
  return kAggregations[static_cast<std::size_t>(op)];
}

}  // namespace promql
