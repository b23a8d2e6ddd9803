// Smoothed instant selectors: values between the samples.

#ifndef PROMQL_ENGINE_INTERPOLATE_H_
#define PROMQL_ENGINE_INTERPOLATE_H_

#include "promql/engine/evaluation.h"
#include "promql/engine/plan.h"
#include "promql/engine/storage.h"

namespace promql {

// At each step the value on the line between the last sample at or before it
// and the first one behind it, each within the lookback; the last sample's own
// where none follows.
void FillSmoothed(const SeriesView& series, const Plan& plan,
                  base::Duration lookback, Evaluation& evaluation,
                  Column& column);

}  // namespace promql

#endif  // PROMQL_ENGINE_INTERPOLATE_H_
