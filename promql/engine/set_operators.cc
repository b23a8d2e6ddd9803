#include "promql/engine/set_operators.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "promql/engine/matching.h"

namespace promql {
namespace {

// For each step, whether one of the rows has a sample there.
std::vector<std::uint8_t> PresentSteps(const Block& block,
                                       const std::vector<std::size_t>& rows) {
  std::vector<std::uint8_t> any(block.steps, 0);
  for (const std::size_t row : rows) {
    for (std::size_t i = 0; i < any.size(); ++i) {
      any[i] |= block.rows[row].column.present[i];
    }
  }
  return any;
}

// Clears the samples at the steps where `steps` is set, or where it is not.
void Clear(Column& column, const std::vector<std::uint8_t>& steps, bool set) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if ((steps[i] != 0) == set) column.Clear(i);
  }
}

}  // namespace

Block ApplySetOperator(const Binary& binary, Block left, Block right) {
  const MatchGroups groups = Match(left, right, binary.matching);
  const bool is_or = binary.op == base::BinaryOp::kOr;
  std::vector<std::vector<std::uint8_t>> presence(groups.groups.size());
  for (std::size_t i = 0; i < presence.size(); ++i) {
    const MatchGroup& group = groups.groups[i];
    presence[i] = is_or ? PresentSteps(left, group.left)
                        : PresentSteps(right, group.right);
  }
  Block& changed = is_or ? right : left;
  const auto& group_of = is_or ? groups.group_of_right : groups.group_of_left;
  for (std::size_t row = 0; row < changed.rows.size(); ++row) {
    Clear(changed.rows[row].column, presence[group_of[row]],
          binary.op != base::BinaryOp::kAnd);
  }
  if (is_or) {
    for (Series& row : right.rows) left.rows.push_back(std::move(row));
  }
  return left;
}

}  // namespace promql
