#include "promql/engine/plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "promql/engine/histogram_stats.h"

namespace promql {
namespace {

class Planner {
 public:
  explicit Planner(Evaluation& evaluation) : evaluation_(evaluation) {}

  std::optional<Plan> Make(const Expr& expr, const base::TimeGrid& grid);

 private:
  // Whether the value is the same at all times.
  bool Invariant(const Expr& expr);
  bool ComputeInvariant(const Expr& expr);
  bool InvariantCall(const Call& call);

  bool AddTimes(const TimeModifiers& time, Plan& plan);
  bool AddRange(const DurationExprPtr& range, Plan& plan);
  bool CheckEdges(const Expr& argument, const Function& function);
  bool AddCall(const Call& call, Plan& plan);
  bool AddSubquery(const Subquery& subquery, Plan& plan);
  bool AddChildren(Plan& plan);

  Evaluation& evaluation_;
  absl::flat_hash_map<const Expr*, bool> invariant_;
};

bool Planner::Invariant(const Expr& expr) {
  const auto known = invariant_.find(&expr);
  if (known != invariant_.end()) return known->second;
  const bool invariant = ComputeInvariant(expr);
  invariant_[&expr] = invariant;
  return invariant;
}

bool Planner::InvariantCall(const Call& call) {
  const Function* function = FindFunction(call.name);
  const bool reads_sample_times =
      function->needs == Function::Needs::kSampleTimes &&
      call.arguments.size() == 1 &&
      std::holds_alternative<VectorSelector>(
          StripParens(*call.arguments[0]).node);
  if (function->uses_eval_time && !reads_sample_times) return false;
  return std::ranges::all_of(call.arguments, [this](const ExprPtr& argument) {
    return Invariant(*argument);
  });
}

bool Planner::ComputeInvariant(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const NumberLiteral&) { return true; },
          [](const StringLiteral&) { return true; },
          [](const VectorSelector& node) { return node.time.at.has_value(); },
          [](const Subquery& node) { return node.time.at.has_value(); },
          [this](const Call& node) { return InvariantCall(node); },
          [this, &expr](const auto&) {
            return std::ranges::all_of(
                Children(expr),
                [this](const ExprPtr& child) { return Invariant(*child); });
          }},
      expr.node);
}

bool Planner::AddTimes(const TimeModifiers& time, Plan& plan) {
  if (time.offset != nullptr) {
    const auto offset = EvaluateDuration(*time.offset, false, evaluation_);
    if (!offset.has_value()) return false;
    plan.offset = *offset;
  }
  if (time.at.has_value()) {
    switch (time.at->kind) {
      case AtModifier::Kind::kTimestamp:
        plan.at = time.at->time;
        break;
      case AtModifier::Kind::kStart:
        plan.at = evaluation_.start();
        break;
      case AtModifier::Kind::kEnd:
        plan.at = evaluation_.end();
        break;
    }
  }
  return true;
}

bool Planner::AddRange(const DurationExprPtr& range, Plan& plan) {
  const auto milliseconds = EvaluateDuration(*range, true, evaluation_);
  if (!milliseconds.has_value()) return false;
  plan.range = *milliseconds;
  return true;
}

// "changes, delta, increase, rate, resets": the functions that take a modifier.
std::string FunctionsTaking(Function::Edges edges) {
  std::string names;
  for (const Function& function : Functions()) {
    if (function.edges < edges) continue;
    if (!names.empty()) names += ", ";
    names += function.name;
  }
  return names;
}

// The modifiers that reach beyond a window mean something to few functions.
bool Planner::CheckEdges(const Expr& argument, const Function& function) {
  const auto* matrix = std::get_if<MatrixSelector>(&StripParens(argument).node);
  if (matrix == nullptr) return true;
  const Extension extension =
      std::get<VectorSelector>(matrix->selector->node).extension;
  if (extension == Extension::kNone) return true;
  const bool anchored = extension == Extension::kAnchored;
  const Function::Edges edges =
      anchored ? Function::Edges::kAnchored : Function::Edges::kSmoothed;
  if (function.edges >= edges) return true;
  return evaluation_.Fail(
      argument.span,
      absl::StrFormat("%s modifier can only be used with: %s - not with %s",
                      anchored ? "anchored" : "smoothed",
                      FunctionsTaking(edges), function.name));
}

bool Planner::AddCall(const Call& call, Plan& plan) {
  plan.function = FindFunction(call.name);
  for (const ExprPtr& argument : call.arguments) {
    if (!CheckEdges(*argument, *plan.function)) return false;
  }
  if (std::holds_alternative<std::monostate>(plan.function->kernel)) {
    evaluation_.diagnostics().Error(
        "not-evaluated", plan.expr->span,
        absl::StrFormat("%s() is not evaluated yet", call.name));
    return false;
  }
  return AddChildren(plan);
}

// The inner grid begins at the first multiple of the step behind the start of
// the first window, and is open on the left as all ranges.
bool Planner::AddSubquery(const Subquery& subquery, Plan& plan) {
  if (!AddTimes(subquery.time, plan) || !AddRange(subquery.range, plan)) {
    return false;
  }
  base::Duration step = evaluation_.options().default_subquery_step;
  if (subquery.step != nullptr) {
    const auto given = EvaluateDuration(*subquery.step, true, evaluation_);
    if (!given.has_value()) return false;
    step = *given;
  }
  const base::Timestamp open = evaluation_.Before(plan.LookAt(0) - plan.range);
  base::Timestamp start = open / step * step;
  if (start <= open) start += step;
  const base::Timestamp end = plan.LookAt(plan.grid.steps - 1);
  base::TimeGrid inner{start, step, 0};
  if (end >= start) inner = base::TimeGrid::Range(start, end, step);
  if (inner.steps > evaluation_.options().max_samples) {
    return evaluation_.Hold(inner.steps, plan.expr->span);
  }
  if (inner.steps == 0) return true;
  auto child = Make(*subquery.expr, inner);
  if (!child.has_value()) return false;
  plan.children.push_back(*std::move(child));
  return true;
}

bool Planner::AddChildren(Plan& plan) {
  for (const ExprPtr& child : Children(*plan.expr)) {
    auto made = Make(*child, plan.grid);
    if (!made.has_value()) return false;
    plan.children.push_back(*std::move(made));
  }
  return true;
}

std::optional<Plan> Planner::Make(const Expr& expr,
                                  const base::TimeGrid& grid) {
  Plan plan;
  plan.expr = &expr;
  plan.grid = grid;
  const bool windows = std::holds_alternative<MatrixSelector>(expr.node) ||
                       std::holds_alternative<Subquery>(expr.node) ||
                       std::holds_alternative<Paren>(expr.node);
  if (grid.steps > 1 && !windows && Invariant(expr)) {
    plan.repeat = grid.steps;
    plan.grid.steps = 1;
  }
  const bool ok = std::visit(
      Overloaded{
          [&](const VectorSelector& node) { return AddTimes(node.time, plan); },
          [&](const MatrixSelector& node) {
            const auto& selector =
                std::get<VectorSelector>(node.selector->node);
            return AddTimes(selector.time, plan) && AddRange(node.range, plan);
          },
          [&](const Subquery& node) { return AddSubquery(node, plan); },
          [&](const Call& node) { return AddCall(node, plan); },
          [&](const auto&) { return AddChildren(plan); }},
      expr.node);
  if (!ok) return std::nullopt;
  return plan;
}

}  // namespace

std::optional<Plan> MakePlan(const Expr& expr, const base::TimeGrid& grid,
                             Evaluation& evaluation) {
  auto plan = Planner(evaluation).Make(expr, grid);
  if (plan.has_value()) MarkStatsOnly(*plan);
  return plan;
}

}  // namespace promql
