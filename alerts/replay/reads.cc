#include "alerts/replay/reads.h"

#include <algorithm>

#include "alerts/rule_outputs.h"
#include "base/labels.h"

namespace alerts {
namespace {

// Functions whose value is one of the query's own times.
constexpr std::string_view kQueryTimes[] = {"end", "range", "start", "step"};

void CollectSelectors(const promql::Expr& expr,
                      std::vector<const promql::VectorSelector*>& selectors) {
  if (const auto* selector = std::get_if<promql::VectorSelector>(&expr.node)) {
    selectors.push_back(selector);
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    CollectSelectors(*child, selectors);
  }
}

// A plain number of seconds, and none below 0.
bool IsFixed(const promql::DurationExprPtr& duration) {
  return duration == nullptr ||
         (duration->op == promql::DurationExpr::Op::kLiteral &&
          duration->seconds >= 0);
}

bool IsFixed(const promql::TimeModifiers& time, base::Timestamp start) {
  if (!IsFixed(time.offset)) return false;
  return !time.at.has_value() ||
         (time.at->kind == promql::AtModifier::Kind::kTimestamp &&
          time.at->time <= start);
}

// The node itself, without its children.
bool IsNodeFixed(const promql::Expr& expr, base::Timestamp start) {
  return std::visit(
      promql::Overloaded{[&](const promql::VectorSelector& node) {
                           // A smoothed selector looks at the sample behind its
                           // time.
                           return IsFixed(node.time, start) &&
                                  node.extension == promql::Extension::kNone;
                         },
                         [&](const promql::MatrixSelector& node) {
                           return IsFixed(node.range);
                         },
                         [&](const promql::Subquery& node) {
                           return IsFixed(node.time, start) &&
                                  IsFixed(node.range) && IsFixed(node.step);
                         },
                         [](const promql::Call& node) {
                           return std::ranges::find(kQueryTimes, node.name) ==
                                  std::end(kQueryTimes);
                         },
                         [](const auto&) { return true; }},
      expr.node);
}

}  // namespace

std::vector<const promql::VectorSelector*> Selectors(const promql::Expr& expr) {
  std::vector<const promql::VectorSelector*> selectors;
  CollectSelectors(expr, selectors);
  return selectors;
}

bool IsTheSameInARange(const promql::Expr& expr, base::Timestamp start) {
  if (!IsNodeFixed(expr, start)) return false;
  return std::ranges::all_of(promql::Children(expr),
                             [start](const promql::ExprPtr& child) {
                               return IsTheSameInARange(*child, start);
                             });
}

bool ReadsUnnamed(const promql::Expr& expr) {
  const auto* call = std::get_if<promql::Call>(&expr.node);
  if (call != nullptr && call->name == "info") return true;
  return std::ranges::any_of(
      promql::Children(expr),
      [](const promql::ExprPtr& child) { return ReadsUnnamed(*child); });
}

bool CanSelect(const promql::VectorSelector& selector, std::string_view name,
               std::string_view alert) {
  return std::ranges::all_of(
      selector.matchers, [&](const base::Matcher& matcher) {
        if (matcher.name() == base::kMetricName) return matcher.Matches(name);
        if (matcher.name() == kAlertNameLabel && !alert.empty()) {
          return matcher.Matches(alert);
        }
        return true;
      });
}

}  // namespace alerts
