// Arithmetic and comparison between two vectors.

#ifndef PROMQL_ENGINE_JOIN_H_
#define PROMQL_ENGINE_JOIN_H_

#include <optional>

#include "promql/engine/elementwise.h"
#include "promql/engine/evaluation.h"
#include "promql/syntax/tree.h"

namespace promql {

// Series that match are joined at each step where both have a sample, or where
// a fill value stands in for one. Nothing after an error: the matching must be
// unique at every step (upstream's texts). (Prometheus VectorBinop.)
std::optional<Block> Join(const Binary& binary, const ElementwiseOp& op,
                          const Block& left, const Block& right,
                          Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_JOIN_H_
