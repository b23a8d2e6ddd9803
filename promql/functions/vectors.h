// Kernels that look at a whole vector: order, presence, conversion.

#ifndef PROMQL_FUNCTIONS_VECTORS_H_
#define PROMQL_FUNCTIONS_VECTORS_H_

#include <vector>

#include "promql/functions/kernel.h"

namespace promql {

Block Absent(const CallContext& call, std::vector<Block> arguments);
Block Scalar(const CallContext& call, std::vector<Block> arguments);
Block Vector(const CallContext& call, std::vector<Block> arguments);
Block Sort(const CallContext& call, std::vector<Block> arguments);
Block SortDescending(const CallContext& call, std::vector<Block> arguments);
Block SortByLabel(const CallContext& call, std::vector<Block> arguments);
Block SortByLabelDescending(const CallContext& call,
                            std::vector<Block> arguments);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_VECTORS_H_
