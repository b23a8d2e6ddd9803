#include "promql/engine/explain.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "promql/engine/evaluation.h"
#include "promql/engine/plan.h"
#include "promql/syntax/print_parts.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

// The operator without what it is applied to.
std::string OperatorHead(const Expr& expr) {
  return std::visit(
      Overloaded{[](const Call& node) { return node.name + "()"; },
                 [](const Aggregation& node) {
                   std::string head = AggregationHead(node);
                   while (head.ends_with(' ')) head.pop_back();
                   return head;
                 },
                 [](const Binary& node) { return OperatorText(node); },
                 [](const Unary& node) {
                   return std::string(node.negative ? "-" : "+");
                 },
                 [](const Paren&) { return std::string("( )"); },
                 [](const Subquery& node) { return SubquerySuffix(node); },
                 [&](const auto&) { return Print(expr); }},
      expr.node);
}

std::string Join(const std::set<std::string, std::less<>>& labels) {
  std::string text;
  for (const std::string& label : labels) {
    if (!text.empty()) text += ',';
    text += label;
  }
  return text.empty() ? "-" : text;
}

}  // namespace

void Explanation::AddPlan(const Plan& plan, int depth) {
  lines_.push_back({plan.expr, depth, plan.grid.steps, plan.repeat > 0});
  for (const Plan& child : plan.children) AddPlan(child, depth + 1);
}

void Explanation::AddLabels(const base::Labels& labels, Result& result) {
  ++result.series;
  for (const base::Label& label : labels) result.labels.insert(label.name);
}

void Explanation::Gave(const Expr& expr, const Block& block) {
  Result& result = results_[&expr];
  for (const Series& row : block.rows) {
    if (!row.column.Empty()) AddLabels(row.labels, result);
  }
  result.samples += CountSamples(block);
}

void Explanation::Selected(const Expr& expr, const SeriesSet& set) {
  Result& result = results_[&expr];
  for (const SeriesView& series : set.series) {
    AddLabels(series.labels, result);
    result.samples += series.times.size();
  }
}

std::string Explanation::ToText() const {
  std::size_t width = 6;
  for (const auto& [expr, result] : results_) {
    width = std::max(width, Join(result.labels).size());
  }
  const int labels_width = static_cast<int>(std::min<std::size_t>(width, 40));
  std::string text =
      absl::StrFormat("%8s %10s %7s  %-*s  %s\n", "series", "samples", "steps",
                      labels_width, "labels", "operator");
  for (const Line& line : lines_) {
    const auto found = results_.find(line.expr);
    const Result result = found == results_.end() ? Result() : found->second;
    absl::StrAppendFormat(
        &text, "%8d %10d %7s  %-*s  %s%s\n", result.series, result.samples,
        line.once ? "once" : absl::StrFormat("%d", line.steps), labels_width,
        Join(result.labels),
        std::string(2 * static_cast<std::size_t>(line.depth), ' '),
        OperatorHead(*line.expr));
  }
  return text;
}

}  // namespace promql
