// The unit of an expression's values.

#ifndef ALERTS_LINT_UNITS_H_
#define ALERTS_LINT_UNITS_H_

#include <string_view>

#include "alerts/lint/lint.h"
#include "promql/syntax/tree.h"

namespace alerts {

enum class Unit {
  kUnknown,  // Or none.
  kSeconds,
  kMilliseconds,
  kRatio,
  kPercent,
};

// "seconds", "a percentage", as messages say it. REQUIRES: not kUnknown
std::string_view NameOf(Unit unit);

// As it follows from units of the schema, names of metrics, and arithmetic.
Unit UnitOf(const LintContext& context, const promql::Expr& expr);

}  // namespace alerts

#endif  // ALERTS_LINT_UNITS_H_
