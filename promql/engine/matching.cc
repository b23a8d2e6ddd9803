#include "promql/engine/matching.h"

#include <utility>

#include "absl/container/flat_hash_map.h"

namespace promql {

base::Labels Signature(const base::Labels& labels,
                       const VectorMatching& matching) {
  base::LabelsBuilder builder(labels);
  if (matching.on) return builder.Keep(matching.labels).Build();
  for (const std::string& name : matching.labels) builder.Remove(name);
  return builder.Remove(base::kMetricName).Build();
}

MatchGroups Match(const Block& left, const Block& right,
                  const VectorMatching& matching) {
  MatchGroups result;
  absl::flat_hash_map<base::Labels, std::size_t> group_of;
  const auto add = [&](const Block& block, auto side,
                       std::vector<std::size_t>& group_of_row) {
    for (std::size_t row = 0; row < block.rows.size(); ++row) {
      base::Labels signature = Signature(block.rows[row].labels, matching);
      const auto [place, is_new] =
          group_of.try_emplace(signature, result.groups.size());
      if (is_new) result.groups.push_back({std::move(signature), {}, {}});
      (result.groups[place->second].*side).push_back(row);
      group_of_row.push_back(place->second);
    }
  };
  add(left, &MatchGroup::left, result.group_of_left);
  add(right, &MatchGroup::right, result.group_of_right);
  return result;
}

}  // namespace promql
