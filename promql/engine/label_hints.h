// Labels that a query speaks of and that no series has, while one of nearly the
// same name is there: what Prometheus answers with nothing, or with too little.

#ifndef PROMQL_ENGINE_LABEL_HINTS_H_
#define PROMQL_ENGINE_LABEL_HINTS_H_

#include "base/time.h"
#include "promql/engine/evaluation.h"
#include "promql/engine/storage.h"
#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

// Each reports to EngineOptions::label_hints, and does nothing when that is
// null. They look at the series that were read for the query, up to the first
// that has the label; only names of labels are compared, so that a value that
// does not occur is never spoken of.

// by (instnce), without (instnce). `input` is what is aggregated.
void HintGrouping(const Aggregation& node, const Block& input,
                  Evaluation& evaluation);

// on (instnce), ignoring (instnce), group_left (instnce).
void HintMatching(const Binary& node, const Block& left, const Block& right,
                  Evaluation& evaluation);

// metric{instnce="a"}. `selected` is what the storage answered for [min, max];
// when that is nothing, it is asked again for the metric alone.
void HintMatchers(const VectorSelector& selector, const SeriesSet& selected,
                  base::Timestamp min, base::Timestamp max,
                  Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_LABEL_HINTS_H_
