#include <set>
#include <string>
#include <utility>
#include <variant>

#include "promql/engine/info.h"
#include "promql/engine/run.h"
#include "promql/engine/select.h"
#include "promql/functions/kernel.h"

namespace promql {
namespace {

const Plan& StripParens(const Plan& plan) {
  const Plan* inner = &plan;
  while (std::holds_alternative<Paren>(inner->expr->node)) {
    inner = &inner->children[0];
  }
  return *inner;
}

ArgumentType ParameterOf(const Function& function, std::size_t argument) {
  const std::size_t last = function.parameter_count - 1;
  return function.parameters[argument < last ? argument : last];
}

// What a selector says of the labels of a series that it does not find: those
// that it compares for equality, once. (engine.go:2848)
base::Labels PinnedLabels(const Expr& argument) {
  const Expr* expr = &argument;
  if (const auto* matrix = std::get_if<MatrixSelector>(&expr->node)) {
    expr = matrix->selector.get();
  }
  const auto* selector = std::get_if<VectorSelector>(&expr->node);
  if (selector == nullptr) return {};
  base::LabelsBuilder labels;
  std::set<std::string_view> seen;
  for (const base::Matcher& matcher : selector->matchers) {
    if (matcher.name() == base::kMetricName) continue;
    if (matcher.type() == base::MatchType::kEqual &&
        seen.insert(matcher.name()).second) {
      labels.Set(matcher.name(), matcher.value());
    } else {
      labels.Remove(matcher.name());
    }
  }
  return labels.Build();
}

// One call: arguments first, then the kernel.
class CallRun {
 public:
  CallRun(const Plan& plan, Evaluation& evaluation)
      : plan_(plan), function_(*plan.function), evaluation_(evaluation) {
    context_.grid = plan.grid;
    context_.query_start = evaluation.start();
    context_.query_end = evaluation.end();
    context_.query_step = evaluation.step();
    context_.delayed_name_removal = evaluation.options().delayed_name_removal;
    context_.use_start_timestamps = evaluation.options().use_start_timestamps;
    context_.compatibility = evaluation.options().compatibility;
    context_.type_and_unit_labels = evaluation.options().type_and_unit_labels;
    context_.span = plan.expr->span;
    context_.diagnostics = &evaluation.diagnostics();
  }

  std::optional<Value> Run();

 private:
  bool Prepare();
  bool PrepareArgument(std::size_t i);
  bool PrepareVector(const Plan& argument);
  // Calls the visitor with the windows of the range vector argument.
  bool VisitWindows(const WindowsVisitor& visitor);
  std::optional<Block> WindowsPresence();

  std::optional<Block> Columns(ColumnKernel kernel);
  std::optional<Block> OverWindows(WindowKernel kernel);
  std::optional<Value> Finish(std::optional<Block> block, bool strict);

  const Plan& plan_;
  const Function& function_;
  Evaluation& evaluation_;
  CallContext context_;
  const Plan* matrix_ = nullptr;  // The range vector argument.
  std::vector<Block> vectors_;
  bool sample_fields_ = false;  // The argument's values are its samples' times.
};

bool CallRun::PrepareVector(const Plan& argument) {
  const bool bare = std::holds_alternative<VectorSelector>(argument.expr->node);
  SampleField field = SampleField::kValue;
  if (function_.needs == Function::Needs::kSampleTimes) {
    field = SampleField::kTime;
  } else if (function_.needs == Function::Needs::kStartTimes) {
    field = SampleField::kStartTime;
  }
  if (bare && field != SampleField::kValue) {
    auto block = SelectInstant(argument, field, evaluation_);
    if (!block.has_value()) return false;
    sample_fields_ = true;
    if (argument.repeat > 0) {
      for (Series& row : block->rows) {
        row.column.values.assign(argument.repeat, row.column.values[0]);
        row.column.present.assign(argument.repeat, row.column.present[0]);
      }
      block->steps = argument.repeat;
    }
    vectors_.push_back(*std::move(block));
    return true;
  }
  auto value = promql::Run(argument, evaluation_);
  if (!value.has_value()) return false;
  vectors_.push_back(std::move(value->block));
  return true;
}

bool CallRun::PrepareArgument(std::size_t i) {
  const Plan& argument = StripParens(plan_.children[i]);
  context_.argument_spans.push_back(plan_.children[i].expr->span);
  switch (ParameterOf(function_, i)) {
    case ArgumentType::kMatrix:
      matrix_ = &argument;
      context_.range_argument = i;
      return true;
    case ArgumentType::kVector:
      return PrepareVector(argument);
    case ArgumentType::kScalar: {
      auto value = promql::Run(argument, evaluation_);
      if (!value.has_value()) return false;
      context_.scalars.push_back(std::move(value->scalar));
      return true;
    }
    case ArgumentType::kString: {
      auto value = promql::Run(argument, evaluation_);
      if (!value.has_value()) return false;
      context_.strings.push_back(std::move(value->text));
      return true;
    }
  }
  return false;
}

bool CallRun::Prepare() {
  for (std::size_t i = 0; i < plan_.children.size(); ++i) {
    if (!PrepareArgument(i)) return false;
  }
  if (function_.needs == Function::Needs::kSelectorLabels) {
    context_.selector_labels =
        PinnedLabels(StripParens(*plan_.children[0].expr));
  }
  if (plan_.children.empty() && function_.parameter_count > 0) {
    // A vector argument that is left out is the evaluation time.
    Series row{{}, false, Column(plan_.grid.steps)};
    for (std::size_t i = 0; i < plan_.grid.steps; ++i) {
      row.column.Set(i, static_cast<double>(plan_.grid.at(i)) / 1000);
    }
    vectors_.emplace_back().steps = plan_.grid.steps;
    vectors_.back().rows.push_back(std::move(row));
  }
  return true;
}

bool CallRun::VisitWindows(const WindowsVisitor& visitor) {
  if (std::holds_alternative<MatrixSelector>(matrix_->expr->node)) {
    return VisitStoredWindows(*matrix_, evaluation_, visitor);
  }
  if (matrix_->children.empty()) return true;  // No inner step in the range.
  const Plan& child = matrix_->children[0];
  auto inner = promql::Run(child, evaluation_);
  if (!inner.has_value()) return false;
  base::TimeGrid grid = child.grid;
  if (child.repeat > 0) grid.steps = child.repeat;
  return VisitSubqueryWindows(*matrix_, inner->block, grid, evaluation_,
                              visitor);
}

std::optional<Block> CallRun::WindowsPresence() {
  Block block{plan_.grid.steps, {}};
  const bool ok = VisitWindows(
      [&](const base::Labels& labels, bool drop_name, const Windows& windows) {
        Series row{labels, drop_name, Column(plan_.grid.steps)};
        for (std::size_t i = 0; i < windows.steps(); ++i) {
          const Window window = windows.At(i);
          if (!window.floats.empty() || !window.histograms.empty()) {
            row.column.Set(i, 1.0);
          }
        }
        block.rows.push_back(std::move(row));
        return true;
      });
  if (!ok) return std::nullopt;
  return block;
}

std::optional<Block> CallRun::Columns(ColumnKernel kernel) {
  Block block = std::move(vectors_[0]);
  for (Series& row : block.rows) {
    if (!sample_fields_) kernel(context_, row.labels, row.column);
    if (!evaluation_.InTime(context_.span)) return std::nullopt;
  }
  if (!function_.keeps_name) {
    RemoveEmptyRows(block);
    DropNames(block, context_.delayed_name_removal);
  }
  return block;
}

std::optional<Block> CallRun::OverWindows(WindowKernel kernel) {
  Block block{plan_.grid.steps, {}};
  const bool ok = VisitWindows(
      [&](const base::Labels& labels, bool drop_name, const Windows& windows) {
        Series row{labels, drop_name, Column(plan_.grid.steps)};
        kernel(context_, windows, row.column);
        if (row.column.Empty()) return true;
        const std::size_t samples = plan_.grid.steps;
        block.rows.push_back(std::move(row));
        return evaluation_.Hold(samples, context_.span);
      });
  if (!ok) return std::nullopt;
  if (!function_.keeps_name) {
    DropNames(block, context_.delayed_name_removal);
  }
  return block;
}

std::optional<Value> CallRun::Finish(std::optional<Block> block, bool strict) {
  if (!block.has_value() || !evaluation_.diagnostics().ok()) {
    return std::nullopt;
  }
  if (!MergeEqualLabels(*block, strict, evaluation_, context_.span)) {
    return std::nullopt;
  }
  return Value{ValueType::kInstantVector, {}, {}, *std::move(block)};
}

std::optional<Value> CallRun::Run() {
  if (function_.needs == Function::Needs::kInfoSeries) {
    return Finish(RunInfo(plan_, evaluation_), false);
  }
  if (!Prepare()) return std::nullopt;
  return std::visit(
      Overloaded{
          [](std::monostate) -> std::optional<Value> { return std::nullopt; },
          [this](ScalarKernel kernel) -> std::optional<Value> {
            Value value{ValueType::kScalar, {}, {}, {}};
            value.scalar.resize(plan_.grid.steps);
            kernel(context_, value.scalar);
            return value;
          },
          [this](ColumnKernel kernel) {
            return Finish(Columns(kernel), false);
          },
          [this](WindowKernel kernel) {
            return Finish(OverWindows(kernel), true);
          },
          [this](BlockKernel kernel) -> std::optional<Value> {
            if (matrix_ != nullptr) {
              auto presence = WindowsPresence();
              if (!presence.has_value()) return std::nullopt;
              vectors_.push_back(*std::move(presence));
            }
            const bool scalar = function_.result == ArgumentType::kScalar;
            Block block = kernel(context_, std::move(vectors_));
            if (!scalar) return Finish(std::move(block), false);
            return Value{ValueType::kScalar,
                         std::move(block.rows[0].column.values),
                         {},
                         {}};
          }},
      function_.kernel);
}

}  // namespace

std::optional<Value> RunCall(const Plan& plan, Evaluation& evaluation) {
  return CallRun(plan, evaluation).Run();
}

}  // namespace promql
