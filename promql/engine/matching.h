// Which series of two vectors belong together: decided by labels alone.

#ifndef PROMQL_ENGINE_MATCHING_H_
#define PROMQL_ENGINE_MATCHING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/labels.h"
#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

// Rows of both sides with equal labels as far as the matching looks at them.
struct MatchGroup {
  base::Labels signature;
  std::vector<std::size_t> left;
  std::vector<std::size_t> right;
};

struct MatchGroups {
  std::vector<MatchGroup> groups;          // In the order of their first row.
  std::vector<std::size_t> group_of_left;  // For each row.
  std::vector<std::size_t> group_of_right;
};

// The labels that `matching` compares.
base::Labels Signature(const base::Labels& labels,
                       const VectorMatching& matching);

// O(rows).
MatchGroups Match(const Block& left, const Block& right,
                  const VectorMatching& matching);

}  // namespace promql

#endif  // PROMQL_ENGINE_MATCHING_H_
