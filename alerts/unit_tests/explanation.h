// Where, inside an expression, series were lost.

#ifndef ALERTS_UNIT_TESTS_EXPLANATION_H_
#define ALERTS_UNIT_TESTS_EXPLANATION_H_

#include <map>
#include <string>

#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/engine/storage.h"
#include "promql/syntax/tree.h"

namespace alerts {

// What a missing series would have looked like; labels that are not here may
// be anything.
using WantedLabels = std::map<std::string, std::string>;

// Evaluates every part of the expression at `time`, the innermost first: a line
// for each with how many series it gave and, where there are few, which. The
// part where the last series that could have become the wanted one is gone is
// marked, and says why:
//   up                2 series: {job="a"} 1, {job="b"} 0
//   up == 0           1 series: {job="b"} 0   <-- lost here: 1 == 0 is false
// Marks nothing when the whole expression gave such a series. Evaluates each
// part once: O(nodes) queries, for the sake of a failed assertion.
std::string Explain(const promql::Expr& expr, base::Timestamp time,
                    const WantedLabels& wanted, const promql::Storage& storage,
                    const promql::EngineOptions& options);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_EXPLANATION_H_
