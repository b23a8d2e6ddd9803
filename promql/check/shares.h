// Whether one expression counts a share of what another one counts.

#ifndef PROMQL_CHECK_SHARES_H_
#define PROMQL_CHECK_SHARES_H_

#include <optional>

#include "promql/syntax/tree.h"

namespace promql {

// When `division` is `factor * share / whole`, where the share is summed or
// counted over some of the series that the whole is summed or counted over
// (group by group): the factor, so that the result is in [0, factor] as long
// as no summed value is negative. Nothing otherwise.
//   100 * sum by (job) (rate(a_total{code="500"}[5m]))
//       / sum by (job) (rate(a_total[5m]))              is 100
// REQUIRES: division.op is kDivide
std::optional<double> ShareFactor(const Binary& division);

}  // namespace promql

#endif  // PROMQL_CHECK_SHARES_H_
