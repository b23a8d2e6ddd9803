// Which values an expression can have, and which comparisons can never hold.

#ifndef PROMQL_CHECK_VALUE_RANGES_H_
#define PROMQL_CHECK_VALUE_RANGES_H_

#include <vector>

#include "promql/check/facts.h"
#include "promql/syntax/tree.h"

namespace promql {

// A comparison that holds for none of the values that its sides can have.
struct ImpossibleComparison {
  const Expr* comparison = nullptr;  // A Binary; in the tree that was given.
  Values left;
  Values right;
};

struct ValueAnalysis {
  Values values;  // Of the whole expression; `never`: it has no result, ever.
  // From left to right. What only follows from another one is not listed.
  std::vector<ImpossibleComparison> impossible;
};

// Propagates the values of the selectors, as `facts` know them, up the tree.
// O(nodes) and what comparing the sides of divisions takes.
ValueAnalysis AnalyseValues(const Expr& expr, const SeriesFacts& facts);

}  // namespace promql

#endif  // PROMQL_CHECK_VALUE_RANGES_H_
