// Kernels that fit a trend to a window.

#ifndef PROMQL_FUNCTIONS_REGRESSION_H_
#define PROMQL_FUNCTIONS_REGRESSION_H_

#include "promql/functions/kernel.h"

namespace promql {

void Derivative(const CallContext&, const Windows&, Column&);
void PredictLinear(const CallContext&, const Windows&, Column&);
void DoubleExponentialSmoothing(const CallContext&, const Windows&, Column&);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_REGRESSION_H_
