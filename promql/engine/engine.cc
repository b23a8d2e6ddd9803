#include "promql/engine/engine.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/source.h"
#include "promql/engine/explain.h"
#include "promql/engine/plan.h"
#include "promql/engine/run.h"
#include "promql/engine/select.h"

namespace promql {
namespace {

ResultSeries MakeSeries(base::Labels labels, Column column,
                        const base::TimeGrid& grid) {
  ResultSeries series{std::move(labels), {}, {}, {}};
  const auto points = static_cast<std::size_t>(std::ranges::count_if(
      column.present, [](std::uint8_t present) { return present != kAbsent; }));
  series.times.reserve(points);
  if (points == column.steps() && column.histograms.empty()) {
    for (std::size_t i = 0; i < points; ++i) series.times.push_back(grid.at(i));
    series.values = std::move(column.values);
    return series;
  }
  series.values.reserve(points);
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] == kAbsent) continue;
    series.times.push_back(grid.at(i));
    series.values.push_back(column.values[i]);
    if (column.histograms.empty()) continue;
    series.histograms.push_back(
        column.present[i] == kHistogram ? column.histograms[i] : nullptr);
  }
  return series;
}

// Delayed name removal happens here, at the end of the query.
bool RemoveMarkedNames(Block& block, Evaluation& evaluation, base::Span span) {
  bool any = false;
  for (Series& row : block.rows) {
    if (!row.drop_name) continue;
    row.labels = row.labels.WithoutMetadata();
    any = true;
  }
  // Else no operator left two rows of the same labels.
  return !any || MergeEqualLabels(block, false, evaluation, span);
}

// An instant query of a range vector: the samples themselves.
std::optional<QueryResult> EvaluateMatrix(const Expr& expr,
                                          const base::TimeGrid& grid,
                                          Evaluation& evaluation) {
  const auto plan = MakePlan(expr, grid, evaluation);
  if (!plan.has_value()) return std::nullopt;
  if (evaluation.options().explanation != nullptr) {
    evaluation.options().explanation->SetPlan(*plan);
  }
  QueryResult result;
  result.type = ValueType::kRangeVector;
  result.time = grid.start;
  const auto add = [&](const base::Labels& labels, bool drop_name,
                       const Windows& windows) {
    const Window window = windows.At(0);
    ResultSeries series{
        drop_name ? labels.WithoutMetadata() : labels, {}, {}, {}};
    const auto& [floats, histograms] =
        std::tie(window.floats, window.histograms);
    for (std::size_t f = 0, h = 0; f + h < floats.size() + histograms.size();) {
      const bool is_float =
          h == histograms.size() ||
          (f < floats.size() && floats.times[f] < histograms.times[h]);
      series.times.push_back(is_float ? floats.times[f] : histograms.times[h]);
      series.values.push_back(is_float ? floats.values[f] : 0);
      series.histograms.push_back(is_float ? nullptr : histograms.values[h]);
      ++(is_float ? f : h);
    }
    if (histograms.empty()) series.histograms.clear();
    result.series.push_back(std::move(series));
    return true;
  };
  bool ok = true;
  if (std::holds_alternative<MatrixSelector>(expr.node)) {
    ok = VisitStoredWindows(*plan, evaluation, add);
  } else if (!plan->children.empty()) {
    const Plan& child = plan->children[0];
    const auto inner = Run(child, evaluation);
    base::TimeGrid inner_grid = child.grid;
    if (child.repeat > 0) inner_grid.steps = child.repeat;
    ok = inner.has_value() &&
         VisitSubqueryWindows(*plan, inner->block, inner_grid, evaluation, add);
  }
  if (!ok) return std::nullopt;
  std::ranges::sort(result.series, {}, &ResultSeries::labels);
  return result;
}

// Copies the annotations, each text once, with the place where it came up last.
// (Prometheus util/annotations, a map by the text without the place.)
void CopyFindings(const base::Diagnostics& from, base::Diagnostics& to) {
  std::map<std::string_view, const base::Diagnostic*> last;
  for (const base::Diagnostic& finding : from.all()) {
    last[finding.message] = &finding;
  }
  for (const base::Diagnostic& finding : from.all()) {
    if (last[finding.message] != &finding) continue;
    to.Report(finding.severity, finding.code, finding.span, finding.message,
              finding.help);
    if (finding.severity == base::Severity::kError) break;
  }
}

// What a range query has no use for: "string", "range vector", or "".
std::string_view InstantOnlyType(const Expr& inner) {
  if (std::holds_alternative<StringLiteral>(inner.node)) return "string";
  if (std::holds_alternative<MatrixSelector>(inner.node) ||
      std::holds_alternative<Subquery>(inner.node)) {
    return "range vector";
  }
  return "";
}

std::optional<QueryResult> Evaluate(const Expr& expr,
                                    const base::TimeGrid& grid, bool instant,
                                    Evaluation& evaluation) {
  const Expr& inner = StripParens(expr);
  const std::string_view type = InstantOnlyType(inner);
  if (!instant && !type.empty()) {
    evaluation.diagnostics().Error(
        "range-query-type", expr.span,
        absl::StrFormat("invalid expression type \"%s\" for range query, must "
                        "be Scalar or instant Vector",
                        type));
    return std::nullopt;
  }
  if (std::holds_alternative<MatrixSelector>(inner.node) ||
      std::holds_alternative<Subquery>(inner.node)) {
    return EvaluateMatrix(inner, grid, evaluation);
  }
  if (!evaluation.Hold(grid.steps, expr.span)) return std::nullopt;
  evaluation.Release(grid.steps);
  const auto plan = MakePlan(expr, grid, evaluation);
  if (!plan.has_value()) return std::nullopt;
  if (evaluation.options().explanation != nullptr) {
    evaluation.options().explanation->SetPlan(*plan);
  }
  auto value = Run(*plan, evaluation);
  if (!value.has_value() || !evaluation.diagnostics().ok()) return std::nullopt;
  QueryResult result;
  result.type = value->type;
  result.time = grid.start;
  result.text = std::move(value->text);
  if (value->type == ValueType::kString) return result;
  if (value->type == ValueType::kScalar) {
    if (instant) {
      result.scalar = value->scalar[0];
      return result;
    }
    Column column;
    column.present.assign(grid.steps, kFloat);
    column.values = std::move(value->scalar);
    value->block.rows.push_back({{}, false, std::move(column)});
  }
  if (!RemoveMarkedNames(value->block, evaluation, expr.span)) {
    return std::nullopt;
  }
  for (Series& row : value->block.rows) {
    if (row.column.Empty()) continue;
    result.series.push_back(
        MakeSeries(std::move(row.labels), std::move(row.column), grid));
    row.column = Column();
  }
  if (!instant) {
    result.type = ValueType::kRangeVector;
    std::ranges::sort(result.series, {}, &ResultSeries::labels);
  }
  return result;
}

std::optional<QueryResult> EvaluateOn(const Storage& storage, const Expr& expr,
                                      const base::TimeGrid& grid, bool instant,
                                      const EngineOptions& options,
                                      base::Diagnostics& diagnostics) {
  base::Diagnostics findings;
  Evaluation evaluation(storage, options, grid, instant, findings);
  auto result = Evaluate(expr, grid, instant, evaluation);
  CopyFindings(findings, diagnostics);
  if (!findings.ok()) return std::nullopt;
  return result;
}

}  // namespace

std::optional<QueryResult> EvaluateInstant(const Storage& storage,
                                           const Expr& expr,
                                           base::Timestamp time,
                                           const EngineOptions& options,
                                           base::Diagnostics& diagnostics) {
  return EvaluateOn(storage, expr, {time, 1, 1}, true, options, diagnostics);
}

std::optional<QueryResult> EvaluateRange(const Storage& storage,
                                         const Expr& expr,
                                         const base::TimeGrid& grid,
                                         const EngineOptions& options,
                                         base::Diagnostics& diagnostics) {
  return EvaluateOn(storage, expr, grid, false, options, diagnostics);
}

std::string PrometheusAnnotation(std::string_view text,
                                 const base::Diagnostic& diagnostic) {
  const base::Source source("query", std::string(text));
  const base::Position position = source.PositionAt(diagnostic.span.begin);
  return absl::StrFormat("%s (%d:%d)", diagnostic.message, position.line,
                         position.column);
}

}  // namespace promql
