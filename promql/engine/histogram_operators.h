// Binary operators where a sample is a histogram.

#ifndef PROMQL_ENGINE_HISTOGRAM_OPERATORS_H_
#define PROMQL_ENGINE_HISTOGRAM_OPERATORS_H_

#include "promql/engine/elementwise.h"
#include "promql/engine/evaluation.h"
#include "promql/functions/column.h"

namespace promql {

// Writes the results of the steps where one side or both are histograms, and
// of the trim operators; leaves the other steps alone. A pair that the operator
// has no meaning for gives nothing, and an info.
void ApplyHistograms(const ElementwiseOp& op, const Column& left,
                     const Column& right, Evaluation& evaluation, Column& out);

}  // namespace promql

#endif  // PROMQL_ENGINE_HISTOGRAM_OPERATORS_H_
