#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/presence.h"
#include "promql/check/label_losses.h"
#include "promql/check/types.h"

namespace alerts {

const CheckText kLostGroupingText = {
    .paragraph = R"(An aggregation by a label, or a match on one, that no series
there can have: an inner aggregation has removed it, or the metric of the schema
never had it. The label does nothing, and what was meant by it does not happen.
The same goes for a label that group_left or group_right is to bring from a side
that cannot have it.)",
    .bad = R"(- alert: SlowRollout
  expr: max by (environment, reason) (canary_traffic_percentage) > 50
)",
    .good = R"(- alert: SlowRollout
  expr: max by (environment, deployment_id) (canary_traffic_percentage) > 50
)",
};

namespace {

void CheckAggregation(LintContext& context, const promql::Aggregation& node) {
  if (node.without) return;
  for (std::size_t i = 0; i < node.grouping.size(); ++i) {
    const auto losses =
        promql::FindLabelLosses(*node.expr, node.grouping[i], context.facts());
    if (losses.empty() || i >= node.grouping_spans.size()) continue;
    context.Report(context.InFile(node.grouping_spans[i]),
                   absl::StrFormat("there is no %s to group by: %s (%s)",
                                   node.grouping[i], losses.front().message,
                                   context.PlaceOf(losses.front().span)),
                   NearestLabelHelp(context, *node.expr, node.grouping[i]));
  }
}

// A label's own place in the list.
base::Span PlaceIn(const LintContext& context, const promql::Binary& node,
                   const std::vector<base::Span>& spans, std::size_t i) {
  return context.InFile(i < spans.size() ? spans[i] : node.op_span);
}

void CheckMatching(LintContext& context, const promql::Binary& node) {
  if (promql::TypeOf(*node.left) != promql::ValueType::kInstantVector ||
      promql::TypeOf(*node.right) != promql::ValueType::kInstantVector) {
    return;
  }
  const auto lost = [&](const promql::Expr& side, const std::string& label) {
    return promql::FindLabelLosses(side, label, context.facts());
  };
  const promql::VectorMatching& matching = node.matching;
  for (std::size_t i = 0; i < matching.labels.size(); ++i) {
    const std::string& label = matching.labels[i];
    // Where one side has it, join-never-matches says what follows.
    const auto left = lost(*node.left, label);
    if (!matching.on || left.empty() || lost(*node.right, label).empty()) {
      continue;
    }
    context.Report(
        PlaceIn(context, node, node.label_spans, i),
        absl::StrFormat("neither side has the label %s to match on: %s (%s)",
                        label, left.front().message,
                        context.PlaceOf(left.front().span)),
        NearestLabelHelp(context, *node.left, label));
  }
  const bool from_right =
      matching.cardinality == promql::Cardinality::kManyToOne;
  const promql::Expr& one = from_right ? *node.right : *node.left;
  for (std::size_t i = 0; i < matching.include.size(); ++i) {
    const std::string& label = matching.include[i];
    const auto losses = lost(one, label);
    if (losses.empty()) continue;
    context.Report(
        PlaceIn(context, node, node.include_spans, i),
        absl::StrFormat("there is no %s to bring from the %s side: %s (%s)",
                        label, from_right ? "right" : "left",
                        losses.front().message,
                        context.PlaceOf(losses.front().span)),
        NearestLabelHelp(context, one, label));
  }
}

}  // namespace

void LostGrouping(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    if (const auto* sum = std::get_if<promql::Aggregation>(&part.node)) {
      CheckAggregation(context, *sum);
    } else if (const auto* binary = std::get_if<promql::Binary>(&part.node)) {
      CheckMatching(context, *binary);
    }
  });
}

}  // namespace alerts
