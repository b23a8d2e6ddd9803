// What of the language a server has behind flags.

#ifndef PROMQL_CHECK_FEATURES_H_
#define PROMQL_CHECK_FEATURES_H_

#include <span>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/syntax/tree.h"

namespace promql {

// What is enabled; each by the name that --enable-feature of Prometheus has.
struct Features {
  bool experimental_functions = false;    // promql-experimental-functions
  bool extended_range_selectors = false;  // promql-extended-range-selectors
  bool binop_fill_modifiers = false;      // promql-binop-fill-modifiers
};

struct FeatureRow {
  std::string_view name;
  bool Features::*enabled;
};
std::span<const FeatureRow> FeatureRows();

// Reports all that is not enabled. Returns whether there was nothing. O(nodes).
bool CheckFeatures(const Expr& expr, const Features& features,
                   base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_CHECK_FEATURES_H_
