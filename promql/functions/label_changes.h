// Kernels that change labels.

#ifndef PROMQL_FUNCTIONS_LABEL_CHANGES_H_
#define PROMQL_FUNCTIONS_LABEL_CHANGES_H_

#include <vector>

#include "promql/functions/kernel.h"

namespace promql {

Block LabelReplace(const CallContext& call, std::vector<Block> arguments);
Block LabelJoin(const CallContext& call, std::vector<Block> arguments);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_LABEL_CHANGES_H_
