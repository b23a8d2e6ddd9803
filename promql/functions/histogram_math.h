// Arithmetic on columns that may hold histograms.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_MATH_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_MATH_H_

#include "promql/functions/column.h"

namespace promql {

// Unary minus; a negated histogram is a gauge.
void Negate(Column& column);

// Leaves floats only.
void DropHistograms(Column& column);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_MATH_H_
