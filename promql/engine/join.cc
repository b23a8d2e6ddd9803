#include "promql/engine/join.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "promql/engine/matching.h"

namespace promql {
namespace {

// For each step, whether anything is present: a byte each.
using Steps = std::vector<std::uint8_t>;

Steps AnyPresent(const Block& block) {
  Steps any(block.steps, 0);
  for (const Series& row : block.rows) {
    for (std::size_t i = 0; i < any.size(); ++i) {
      any[i] |= row.column.present[i];
    }
  }
  return any;
}

struct MatchedGroup {
  std::size_t group;
  Steps steps;
};

// `many` is the left side, except with group_right; `one` the other.
class Joiner {
 public:
  Joiner(const Binary& binary, const ElementwiseOp& op, const Block& left,
         const Block& right, Evaluation& evaluation)
      : matching_(binary.matching),
        op_(op),
        swapped_(matching_.cardinality == Cardinality::kOneToMany),
        many_(swapped_ ? right : left),
        one_(swapped_ ? left : right),
        fill_many_(swapped_ ? matching_.fill_right : matching_.fill_left),
        fill_one_(swapped_ ? matching_.fill_left : matching_.fill_right),
        groups_(Match(many_, one_, matching_)),
        evaluation_(evaluation),
        steps_(left.steps) {}

  std::optional<Block> Run();

 private:
  bool FindDuplicates();
  bool ReportDuplicates(const MatchGroup& group, std::size_t step);
  bool JoinRow(std::size_t row);
  bool FillOne(std::size_t row, std::size_t group_index);
  bool FillMany(std::size_t group_index);
  base::Labels ResultLabels(const base::Labels& many,
                            const base::Labels& one) const;
  // Computes one pair of a group and puts it into the row of these labels.
  bool Add(const Column& many, const Column& one, base::Labels labels,
           bool drop_name, std::size_t group);
  bool Take(const Column& many, const Column& one, const Column& result,
            Steps& taken, const char* message);
  Steps& MatchedSteps(std::size_t group, std::size_t row);
  bool Merge(const Column& from, Column& into);
  bool one_to_one() const {
    return matching_.cardinality == Cardinality::kOneToOne;
  }

  const VectorMatching& matching_;
  const ElementwiseOp& op_;
  const bool swapped_;
  const Block& many_;
  const Block& one_;
  const std::optional<double> fill_many_;
  const std::optional<double> fill_one_;
  const MatchGroups groups_;
  Evaluation& evaluation_;
  const std::size_t steps_;

  Block result_;
  absl::flat_hash_map<base::Labels, std::size_t> row_of_;
  // The steps at which a group has matched already: one to one, or else for the
  // labels of each row of the result.
  std::vector<Steps> taken_of_group_;
  std::vector<std::vector<MatchedGroup>> matched_of_row_;
};

bool Joiner::ReportDuplicates(const MatchGroup& group, std::size_t step) {
  std::vector<std::string> names;
  for (const std::size_t row : group.right) {
    if (one_.rows[row].column.present[step] == kAbsent) continue;
    names.push_back(base::ToString(one_.rows[row].labels));
  }
  names.resize(2);
  std::ranges::sort(names);
  return evaluation_.Fail(
      op_.span,
      absl::StrFormat(
          "found duplicate series for the match group %s on the %s hand-side "
          "of the operation: [%s, %s];many-to-many matching not allowed: "
          "matching labels must be unique on one side",
          base::ToString(group.signature), swapped_ ? "left" : "right",
          names[0], names[1]));
}

// Duplicates on the "one" side fail even when nothing matches them, but only
// where both sides have a sample at all.
bool Joiner::FindDuplicates() {
  Steps any_many;
  for (const MatchGroup& group : groups_.groups) {
    if (group.right.size() < 2) continue;
    if (any_many.empty()) any_many = AnyPresent(many_);
    const bool filled = fill_one_.has_value() || fill_many_.has_value();
    for (std::size_t step = 0; step < steps_; ++step) {
      if (any_many[step] == 0 && !filled) continue;
      const auto present =
          std::ranges::count_if(group.right, [&](std::size_t row) {
            return one_.rows[row].column.present[step] != kAbsent;
          });
      if (present > 1) return ReportDuplicates(group, step);
    }
  }
  return true;
}

base::Labels Joiner::ResultLabels(const base::Labels& many,
                                  const base::Labels& one) const {
  const bool loses_name =
      op_.return_bool && !evaluation_.options().delayed_name_removal;
  const bool removes = MakesQuantity(op_.op, evaluation_) || loses_name;
  base::LabelsBuilder builder(removes ? many.WithoutMetadata() : many);
  if (one_to_one()) {
    if (matching_.on) {
      std::vector<std::string> kept = matching_.labels;
      if (removes) std::erase(kept, base::kMetricName);
      builder.Keep(kept);
    } else {
      for (const std::string& name : matching_.labels) builder.Remove(name);
    }
  }
  for (const std::string& name : matching_.include) {
    builder.Set(name, one.Get(name));
  }
  // Even a name that was brought over, unlike that of a calculation.
  if (loses_name) builder.Remove(base::kMetricName);
  return builder.Build();
}

// Marks the steps at which the pair matches; false when one is marked already.
bool Joiner::Take(const Column& many, const Column& one, const Column& result,
                  Steps& taken, const char* message) {
  const bool late = evaluation_.options().compatibility.matches_after_filter;
  for (std::size_t i = 0; i < steps_; ++i) {
    if (many.present[i] == kAbsent || one.present[i] == kAbsent) continue;
    if (late && result.present[i] == kAbsent) continue;
    if (taken[i] != 0) {
      return evaluation_.Fail(
          op_.span,
          absl::StrFormat("multiple matches for labels: %s", message));
    }
    taken[i] = 1;
  }
  return true;
}

Steps& Joiner::MatchedSteps(std::size_t group, std::size_t row) {
  std::vector<MatchedGroup>& matched = matched_of_row_[row];
  auto found = std::ranges::find(matched, group, &MatchedGroup::group);
  if (found == matched.end()) {
    found = matched.insert(found, {group, Steps(steps_, 0)});
  }
  return found->steps;
}

// Rows of different groups may come to the same labels, at different steps.
bool Joiner::Merge(const Column& from, Column& into) {
  for (std::size_t i = 0; i < steps_; ++i) {
    if (from.present[i] == kAbsent) continue;
    if (into.present[i] != kAbsent) {
      return evaluation_.Fail(
          op_.span, "vector cannot contain metrics with the same labelset");
    }
    if (from.present[i] == kFloat) into.Set(i, from.values[i]);
    if (from.present[i] == kHistogram) into.Set(i, from.histograms[i]);
  }
  return true;
}

bool Joiner::Add(const Column& many, const Column& one, base::Labels labels,
                 bool drop_name, std::size_t group) {
  Column column(steps_);
  Apply(op_, swapped_ ? one : many, swapped_ ? many : one, evaluation_, column);
  if (!evaluation_.InTime(op_.span)) return false;
  // A group with one row on this side cannot match twice.
  if (one_to_one() && groups_.groups[group].left.size() > 1) {
    Steps& taken = taken_of_group_[group];
    taken.resize(steps_);
    if (!Take(many, one, column, taken,
              "many-to-one matching must be explicit "
              "(group_left/group_right)")) {
      return false;
    }
  }
  const auto [place, is_new] =
      row_of_.try_emplace(std::move(labels), result_.rows.size());
  const std::size_t row = place->second;
  if (is_new) {
    result_.rows.push_back({place->first, drop_name, Column(steps_)});
    matched_of_row_.emplace_back();
  }
  if (!one_to_one() && !Take(many, one, column, MatchedSteps(group, row),
                             "grouping labels must ensure unique matches")) {
    return false;
  }
  Column& target = result_.rows[row].column;
  if (!is_new) return Merge(column, target);
  target = std::move(column);
  return true;
}

bool Joiner::JoinRow(std::size_t row) {
  const std::size_t group_index = groups_.group_of_left[row];
  const Series& many = many_.rows[row];
  const bool drop_name = op_.return_bool || many.drop_name;
  for (const std::size_t match : groups_.groups[group_index].right) {
    const Series& one = one_.rows[match];
    if (!Add(many.column, one.column, ResultLabels(many.labels, one.labels),
             drop_name, group_index)) {
      return false;
    }
  }
  return !fill_one_.has_value() || FillOne(row, group_index);
}

// A number where none of the rows has a sample.
Column FillGaps(double value, const Block& block,
                const std::vector<std::size_t>& rows) {
  Column column = Constant(block.steps, value);
  for (const std::size_t row : rows) {
    for (std::size_t i = 0; i < block.steps; ++i) {
      if (block.rows[row].column.present[i] != kAbsent) column.Clear(i);
    }
  }
  return column;
}

bool Joiner::FillOne(std::size_t row, std::size_t group_index) {
  const MatchGroup& group = groups_.groups[group_index];
  const Series& many = many_.rows[row];
  return Add(many.column, FillGaps(*fill_one_, one_, group.right),
             ResultLabels(many.labels, group.signature),
             op_.return_bool || many.drop_name, group_index);
}

bool Joiner::FillMany(std::size_t group_index) {
  const MatchGroup& group = groups_.groups[group_index];
  const Column fill = FillGaps(*fill_many_, many_, group.left);
  for (const std::size_t row : group.right) {
    if (!Add(fill, one_.rows[row].column,
             ResultLabels(group.signature, one_.rows[row].labels),
             op_.return_bool, group_index)) {
      return false;
    }
  }
  return true;
}

std::optional<Block> Joiner::Run() {
  result_.steps = steps_;
  taken_of_group_.resize(groups_.groups.size());
  if (!FindDuplicates()) return std::nullopt;
  for (std::size_t row = 0; row < many_.rows.size(); ++row) {
    if (!JoinRow(row)) return std::nullopt;
  }
  if (fill_many_.has_value()) {
    for (std::size_t group = 0; group < groups_.groups.size(); ++group) {
      if (!FillMany(group)) return std::nullopt;
    }
  }
  RemoveEmptyRows(result_);
  return std::move(result_);
}

}  // namespace

std::optional<Block> Join(const Binary& binary, const ElementwiseOp& op,
                          const Block& left, const Block& right,
                          Evaluation& evaluation) {
  return Joiner(binary, op, left, right, evaluation).Run();
}

}  // namespace promql
