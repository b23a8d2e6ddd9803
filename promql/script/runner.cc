#include "promql/script/runner.h"

#include <array>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/script/compare.h"
#include "promql/script/loader.h"
#include "promql/script/pin_times.h"
#include "promql/script/script.h"
#include "promql/storage/memory.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

constexpr base::Duration kMinute = 60 * 1000;

EngineOptions ScriptOptions(const ScriptLimits& limits) {
  EngineOptions options;
  options.max_samples = limits.max_samples;
  options.timeout = limits.timeout;
  options.delayed_name_removal = true;
  options.use_start_timestamps = true;
  return options;
}

// What went wrong with one evaluation.
struct Problem {
  std::string text;  // Empty: nothing.
  std::string got;
};

class Runner {
 public:
  Runner(const base::Source& source, const ScriptLimits& limits)
      : source_(source), limits_(limits), options_(ScriptOptions(limits)) {}

  ScriptReport Run();

 private:
  void RunEval(std::size_t line, const EvalCommand& eval);
  Problem Check(const EvalCommand& eval);
  // One evaluation, compared with what is expected.
  Problem Once(const EvalCommand& eval, const std::string& query,
               base::Timestamp time);
  // The middle of a range of three steps.
  Problem AsRange(const EvalCommand& eval, const std::string& query,
                  base::Timestamp time);
  Problem Repeat(const EvalCommand& eval, const Expr& expr);
  std::optional<QueryResult> Evaluate(const EvalCommand& eval, const Expr& expr,
                                      base::Timestamp time,
                                      base::Diagnostics& diagnostics);
  std::string Expected(std::size_t line) const;

  const base::Source& source_;
  const ScriptLimits& limits_;
  const EngineOptions options_;
  MemoryStorage storage_;
  ScriptReport report_;
};

// The lines under a command.
std::string Runner::Expected(std::size_t line) const {
  std::string text;
  for (++line; line <= source_.line_count(); ++line) {
    const std::string_view content = source_.Line(line);
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) break;
    text += content;
    text += '\n';
  }
  return text;
}

std::optional<QueryResult> Runner::Evaluate(const EvalCommand& eval,
                                            const Expr& expr,
                                            base::Timestamp time,
                                            base::Diagnostics& diagnostics) {
  ++report_.queries;
  if (!eval.range) {
    return EvaluateInstant(storage_, expr, time, options_, diagnostics);
  }
  const auto grid = base::TimeGrid::Range(eval.start, eval.end, eval.step);
  return EvaluateRange(storage_, expr, grid, options_, diagnostics);
}

Problem Runner::Once(const EvalCommand& eval, const std::string& query,
                     base::Timestamp time) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) {
    const std::string message = PrometheusError(query, diagnostics);
    // Upstream's scripts name the message without its place.
    const std::string& bare = diagnostics.first_error().message;
    const std::string difference = CompareFailure(eval, message);
    if (difference.empty() || CompareFailure(eval, bare).empty()) return {};
    return {difference, message + "\n"};
  }
  const auto result = Evaluate(eval, *expr, time, diagnostics);
  if (!result.has_value()) {
    const std::string& message = diagnostics.first_error().message;
    return {CompareFailure(eval, message), message + "\n"};
  }
  if (eval.ExpectsFail()) {
    return {"expected an error, but the query succeeded", Describe(*result)};
  }
  std::string difference = CompareResult(eval, *result);
  // Places differ in a query that was printed anew.
  if (difference.empty() && query == eval.query) {
    difference = CompareAnnotations(eval, diagnostics);
  }
  return {difference, Describe(*result)};
}

Problem Runner::AsRange(const EvalCommand& eval, const std::string& query,
                        base::Timestamp time) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  const base::TimeGrid grid{time - kMinute, kMinute, 3};
  ++report_.queries;
  auto result = expr == nullptr ? std::nullopt
                                : EvaluateRange(storage_, *expr, grid, options_,
                                                diagnostics);
  if (!result.has_value()) {
    return {"as a range: " + diagnostics.first_error().message, ""};
  }
  QueryResult middle;
  middle.type = ValueType::kInstantVector;
  for (ResultSeries& series : result->series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (series.times[i] != time) continue;
      ResultSeries point{series.labels, {time}, {series.values[i]}, {}};
      if (!series.histograms.empty()) {
        point.histograms = {series.histograms[i]};
      }
      middle.series.push_back(std::move(point));
    }
  }
  if (eval.scalar.has_value() && !middle.series.empty()) {
    middle.type = ValueType::kScalar;
    middle.scalar = middle.series[0].values[0];
  }
  const std::string difference = CompareResult(eval, middle);
  if (difference.empty()) return {};
  return {"as a range: " + difference, Describe(middle)};
}

// With every selector pinned to the time of the eval, the answer is the same
// at any other time.
Problem Runner::Repeat(const EvalCommand& eval, const Expr& expr) {
  const ExprPtr pinned = PinTimes(expr, eval.start);
  if (pinned == nullptr) return {};
  const std::string query = Print(*pinned);
  const base::Timestamp time = eval.start;
  std::vector<base::Timestamp> times = {-10 * time, 0, time / 5, time,
                                        10 * time};
  if (time == 0) times = {-1000, 0, 1000};
  for (const base::Timestamp other : times) {
    Problem problem = Once(eval, query, other);
    if (problem.text.empty() && !UsesQueryTimes(*pinned)) {
      problem = AsRange(eval, query, other);
    }
    if (problem.text.empty()) continue;
    problem.text += absl::StrFormat(" (%s, at %d ms)", query, other);
    return problem;
  }
  return {};
}

Problem Runner::Check(const EvalCommand& eval) {
  Problem problem = Once(eval, eval.query, eval.start);
  if (!problem.text.empty() || eval.range || eval.ExpectsFail()) return problem;
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(eval.query, diagnostics);
  // Range queries sort their results, and have no strings or range vectors.
  const bool repeats =
      !eval.ordered && !eval.text.has_value() && !eval.matrix.has_value();
  if (!repeats) return {};
  if (!UsesQueryTimes(*expr)) {
    problem = AsRange(eval, eval.query, eval.start);
    if (!problem.text.empty()) return problem;
  }
  return Repeat(eval, *expr);
}

void Runner::RunEval(std::size_t line, const EvalCommand& eval) {
  Problem problem = Check(eval);
  if (problem.text.empty()) {
    ++report_.passed;
    return;
  }
  ++report_.failed;
  report_.failures.push_back({line, eval.query, std::move(problem.text),
                              Expected(line), std::move(problem.got)});
}

ScriptReport Runner::Run() {
  base::Diagnostics diagnostics;
  const std::vector<Command> commands =
      ParseScript(source_, limits_.series, diagnostics);
  for (const base::Diagnostic& finding : diagnostics.all()) {
    ++report_.failed;
    report_.failures.push_back({source_.PositionAt(finding.span.begin).line, "",
                                finding.message, "", ""});
  }
  for (const Command& command : commands) {
    std::visit(
        Overloaded{
            [&](const LoadCommand& load) { Load(load, storage_); },
            [&](const ClearCommand&) { storage_.Clear(); },
            [&](const EvalCommand& eval) { RunEval(command.line, eval); }},
        command.action);
  }
  return std::move(report_);
}

}  // namespace

ScriptReport RunScript(const base::Source& source, const ScriptLimits& limits) {
  return Runner(source, limits).Run();
}

}  // namespace promql
