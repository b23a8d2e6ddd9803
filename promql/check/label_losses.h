// Which labels the result of an expression can have, and where it lost others.

#ifndef PROMQL_CHECK_LABEL_LOSSES_H_
#define PROMQL_CHECK_LABEL_LOSSES_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "promql/check/facts.h"
#include "promql/syntax/tree.h"

namespace promql {

// A place that keeps a label from the result.
struct LabelLoss {
  base::Span span;      // The aggregation, function, operator or selector.
  std::string message;  // "sum() removes every label"
  std::string help;     // What would keep it: "sum by (job) (...)"; or empty.

  friend bool operator==(const LabelLoss&, const LabelLoss&) = default;
};

// Empty when some series of the result could have the label: whenever that
// cannot be ruled out. Otherwise the places that all would have to change, from
// left to right. O(nodes).
std::vector<LabelLoss> FindLabelLosses(const Expr& expr, std::string_view label,
                                       const SeriesFacts& facts);

}  // namespace promql

#endif  // PROMQL_CHECK_LABEL_LOSSES_H_
