#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "promql/engine/label_hints.h"
#include "promql/engine/run.h"
#include "promql/functions/aggregation.h"
#include "promql/functions/quantile.h"

namespace promql {
namespace {

base::Labels GroupLabels(const Aggregation& aggregation,
                         const base::Labels& labels) {
  if (!aggregation.without && aggregation.grouping.empty()) return {};
  std::vector<base::Label> kept;
  for (const base::Label& label : labels) {
    const bool named = std::ranges::find(aggregation.grouping, label.name) !=
                       aggregation.grouping.end();
    if (aggregation.without ? !named && label.name != base::kMetricName
                            : named) {
      kept.push_back(label);
    }
  }
  return base::Labels(std::move(kept));
}

// The rows of one output series.
struct Group {
  base::Labels labels;
  bool drop_name = false;
  std::vector<std::size_t> rows;
};

// In the order of each group's first row. O(rows).
std::vector<Group> MakeGroups(const Aggregation& aggregation,
                              const Block& input) {
  std::vector<Group> groups;
  absl::flat_hash_map<base::Labels, std::size_t> group_of;
  for (std::size_t row = 0; row < input.rows.size(); ++row) {
    const Series& series = input.rows[row];
    base::Labels labels = GroupLabels(aggregation, series.labels);
    const auto [place, is_new] = group_of.try_emplace(labels, groups.size());
    if (is_new) groups.push_back({std::move(labels), false, {}});
    Group& group = groups[place->second];
    group.rows.push_back(row);
    // One value cannot have and lose its name.
    group.drop_name = group.drop_name || series.drop_name;
  }
  return groups;
}

// By which a parameter is judged that changes from step to step.
struct Extent {
  double least = 0;
  double greatest = 0;
  bool has_nan = false;  // Then the others say nothing.
};

// REQUIRES: there is a value
Extent ExtentOf(const std::vector<double>& values) {
  const auto [least, greatest] = std::ranges::minmax(values);
  const bool has_nan = std::ranges::any_of(
      values, [](double value) { return std::isnan(value); });
  return {least, greatest, has_nan};
}

class AggregationRun {
 public:
  AggregationRun(const Plan& plan, Evaluation& evaluation)
      : plan_(plan),
        aggregation_(std::get<Aggregation>(plan.expr->node)),
        kernel_(FindAggregation(aggregation_.op)),
        evaluation_(evaluation) {
    context_.op = aggregation_.op;
    context_.steps = plan.grid.steps;
    context_.expr_span = aggregation_.expr->span;
    context_.compatibility = evaluation.options().compatibility;
    context_.diagnostics = &evaluation.diagnostics();
  }

  std::optional<Value> Run();

 private:
  bool PrepareParameter(const Plan& parameter);
  bool CheckParameter();
  bool CheckRank(const Extent& extent);
  bool CheckRatio(const Extent& extent);
  void CheckQuantile(const Extent& extent);
  void DropHistograms(Block& input);
  Block Fold(MakeAccumulator make, const Block& input);
  Block Select(SelectRows select, Block input);
  Block CountValues(LabelSample label_sample, const Block& input);

  const Plan& plan_;
  const Aggregation& aggregation_;
  const AggregationRow& kernel_;
  Evaluation& evaluation_;
  AggregationContext context_;
  std::string value_label_;
};

bool AggregationRun::PrepareParameter(const Plan& parameter) {
  auto value = promql::Run(parameter, evaluation_);
  if (!value.has_value()) return false;
  context_.parameter_span = parameter.expr->span;
  context_.parameter = std::move(value->scalar);
  value_label_ = std::move(value->text);
  if (value->type == ValueType::kString) {
    return !value_label_.empty() && base::IsUtf8(value_label_)
               ? true
               : evaluation_.Fail(
                     context_.parameter_span,
                     "invalid label name " + base::Quote(value_label_));
  }
  return CheckParameter();
}

bool AggregationRun::CheckRank(const Extent& extent) {
  constexpr double kInt64Limit = 9223372036854775808.0;
  if (extent.has_nan) {
    return evaluation_.Fail(context_.parameter_span, "Parameter value is NaN");
  }
  const bool underflows = extent.least <= -kInt64Limit;
  if (!underflows && extent.greatest < kInt64Limit) return true;
  return evaluation_.Fail(
      context_.parameter_span,
      absl::StrFormat(
          "Scalar value %s %s int64",
          base::FormatGeneral(underflows ? extent.least : extent.greatest),
          underflows ? "underflows" : "overflows"));
}

bool AggregationRun::CheckRatio(const Extent& extent) {
  if (extent.has_nan) {
    return evaluation_.Fail(context_.parameter_span, "Ratio value is NaN");
  }
  const auto warn = [this](double value, const char* cap) {
    evaluation_.diagnostics().Warning(
        "invalid-ratio", context_.parameter_span,
        absl::StrFormat("PromQL warning: ratio value should be between -1 and "
                        "1, got %s, capping to %s",
                        base::FormatGeneral(value), cap));
  };
  if (extent.greatest > 1) warn(extent.greatest, "1");
  if (extent.least < -1) warn(extent.least, "-1");
  return true;
}

void AggregationRun::CheckQuantile(const Extent& extent) {
  std::vector<double> bad;
  if (extent.has_nan) {
    bad = {std::nan("")};
  } else {
    if (extent.greatest > 1) bad.push_back(extent.greatest);
    if (extent.least < 0) bad.push_back(extent.least);
  }
  CheckQuantiles(bad, context_.parameter_span, *context_.diagnostics);
}

bool AggregationRun::CheckParameter() {
  const Extent extent = ExtentOf(context_.parameter);
  switch (aggregation_.op) {
    case base::AggregationOp::kQuantile:
      CheckQuantile(extent);
      return true;
    case base::AggregationOp::kLimitRatio:
      return CheckRatio(extent);
    default:
      return CheckRank(extent);
  }
}

void AggregationRun::DropHistograms(Block& input) {
  bool found = false;
  for (Series& row : input.rows) {
    if (row.column.histograms.empty()) continue;
    for (std::uint8_t& present : row.column.present) {
      if (present != kHistogram) continue;
      present = kAbsent;
      found = true;
    }
  }
  if (!found) return;
  evaluation_.diagnostics().Info(
      "histogram-ignored", context_.expr_span,
      absl::StrFormat("PromQL info: ignored histogram in %s aggregation",
                      base::Row(aggregation_.op).name));
}

Block AggregationRun::Fold(MakeAccumulator make, const Block& input) {
  Block block{context_.steps, {}};
  for (Group& group : MakeGroups(aggregation_, input)) {
    const auto accumulator = make(context_);
    for (const std::size_t row : group.rows) {
      accumulator->Add(input.rows[row]);
    }
    Series row{std::move(group.labels), group.drop_name,
               Column(context_.steps)};
    accumulator->Finish(row.column);
    block.rows.push_back(std::move(row));
  }
  RemoveEmptyRows(block);
  return block;
}

Block AggregationRun::Select(SelectRows select, Block input) {
  KeptSamples kept;
  kept.present.assign(input.rows.size(),
                      std::vector<std::uint8_t>(context_.steps, kAbsent));
  for (const Group& group : MakeGroups(aggregation_, input)) {
    select(context_, input.rows, group.rows, kept);
  }
  for (std::size_t row = 0; row < input.rows.size(); ++row) {
    input.rows[row].column.present = std::move(kept.present[row]);
    if (context_.steps > 1) kept.order.push_back(row);
  }
  Block block{context_.steps, {}};
  for (const std::size_t row : kept.order) {
    block.rows.push_back(std::move(input.rows[row]));
  }
  RemoveEmptyRows(block);
  return block;
}

// The rows are known only with the values.
Block AggregationRun::CountValues(LabelSample label_sample,
                                  const Block& input) {
  Block block{context_.steps, {}};
  absl::flat_hash_map<base::Labels, std::size_t> row_of;
  const bool removed =
      aggregation_.without &&
      (value_label_ == base::kMetricName ||
       std::ranges::find(aggregation_.grouping, value_label_) !=
           aggregation_.grouping.end());
  for (const Series& series : input.rows) {
    const base::LabelsBuilder group(GroupLabels(aggregation_, series.labels));
    for (std::size_t step = 0; step < context_.steps; ++step) {
      if (series.column.present[step] == kAbsent) continue;
      base::LabelsBuilder labels = group;
      if (!removed) {
        labels.Set(value_label_, label_sample(series.column, step));
      }
      const auto [place, is_new] =
          row_of.try_emplace(labels.Build(), block.rows.size());
      if (is_new) {
        // A name of its own choice stays, whatever the input's fate.
        block.rows.push_back({place->first, false, Column(context_.steps)});
      }
      Column& column = block.rows[place->second].column;
      column.Set(step, column.values[step] + 1);
    }
  }
  return block;
}

std::optional<Value> AggregationRun::Run() {
  if (aggregation_.parameter != nullptr &&
      !PrepareParameter(plan_.children.front())) {
    return std::nullopt;
  }
  auto input = promql::Run(plan_.children.back(), evaluation_);
  if (!input.has_value()) return std::nullopt;
  HintGrouping(aggregation_, input->block, evaluation_);
  if (kernel_.ignores_histograms) DropHistograms(input->block);
  Value value{ValueType::kInstantVector, {}, {}, {}};
  value.block = std::visit(
      Overloaded{[&](MakeAccumulator make) { return Fold(make, input->block); },
                 [&](SelectRows select) {
                   return Select(select, std::move(input->block));
                 },
                 [&](LabelSample label_sample) {
                   return CountValues(label_sample, input->block);
                 }},
      kernel_.kernel);
  return value;
}

}  // namespace

std::optional<Value> RunAggregation(const Plan& plan, Evaluation& evaluation) {
  return AggregationRun(plan, evaluation).Run();
}

}  // namespace promql
