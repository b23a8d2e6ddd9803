// What an expression asks of time and of series, seen from its text alone.

#ifndef ALERTS_REPLAY_READS_H_
#define ALERTS_REPLAY_READS_H_

#include <string_view>
#include <vector>

#include "base/time.h"
#include "promql/syntax/tree.h"

namespace alerts {

// The selectors of the expression, from left to right.
std::vector<const promql::VectorSelector*> Selectors(const promql::Expr& expr);

// Whether a range query answers at each of its times what an instant query at
// that time would, on whatever is stored by then: nothing depends on the
// query's ends (@ start(), step()), and nothing looks ahead of the evaluation
// (offset -5m, a later @). `start` is the first time.
bool IsTheSameInARange(const promql::Expr& expr, base::Timestamp start);

// Whether it finds series without naming them in a selector: info() does.
bool ReadsUnnamed(const promql::Expr& expr);

// Whether the selector's matchers let through a series of this name, and, when
// `alert` is not empty, of this alertname.
bool CanSelect(const promql::VectorSelector& selector, std::string_view name,
               std::string_view alert);

}  // namespace alerts

#endif  // ALERTS_REPLAY_READS_H_
