// Reads samples: instant selectors to blocks, ranges to windows.

#ifndef PROMQL_ENGINE_SELECT_H_
#define PROMQL_ENGINE_SELECT_H_

#include <functional>
#include <optional>
#include <vector>

#include "base/labels.h"
#include "promql/engine/evaluation.h"
#include "promql/engine/plan.h"
#include "promql/engine/storage.h"
#include "promql/functions/window.h"

namespace promql {

// What of a sample becomes the value.
enum class SampleField { kValue, kTime, kStartTime };

// The newest sample of each series within the lookback at each step. Nothing
// after an error. REQUIRES: plan.expr is a VectorSelector
std::optional<Block> SelectInstant(const Plan& plan, SampleField field,
                                   Evaluation& evaluation);

// The storage's answer; nothing after an error, which stands at the selector.
std::optional<SeriesSet> SelectSeries(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max, base::Span span, Evaluation& evaluation);

// Called with each series that has a sample in one of its windows; false stops.
// `drop_name`: see Series.
using WindowsVisitor = std::function<bool(
    const base::Labels& labels, bool drop_name, const Windows& windows)>;

// The windows of a matrix selector over stored samples. False after an error,
// or when the visitor stopped. REQUIRES: plan.expr is a MatrixSelector
bool VisitStoredWindows(const Plan& plan, Evaluation& evaluation,
                        const WindowsVisitor& visitor);

// The windows of a subquery over the values of its inner expression.
// REQUIRES: plan.expr is a Subquery
bool VisitSubqueryWindows(const Plan& plan, const Block& inner,
                          const base::TimeGrid& inner_grid,
                          Evaluation& evaluation,
                          const WindowsVisitor& visitor);

}  // namespace promql

#endif  // PROMQL_ENGINE_SELECT_H_
