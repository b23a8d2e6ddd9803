#include "alerts/replay/answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/diagnostic.h"

namespace alerts {
namespace {

std::vector<base::Timestamp> TimesOf(const base::TimeGrid& grid) {
  std::vector<base::Timestamp> times(grid.steps);
  for (std::size_t i = 0; i < grid.steps; ++i) times[i] = grid.at(i);
  return times;
}

Answer FromRange(promql::QueryResult result, const base::TimeGrid& grid) {
  Answer answer;
  answer.times = TimesOf(grid);
  answer.rows.reserve(result.series.size());
  for (promql::ResultSeries& series : result.series) {
    AnswerRow row;
    row.labels = std::move(series.labels);
    row.steps.reserve(series.times.size());
    for (const base::Timestamp time : series.times) {
      row.steps.push_back(
          static_cast<std::uint32_t>((time - grid.start) / grid.step));
    }
    row.values = std::move(series.values);
    row.histograms = std::move(series.histograms);
    answer.rows.push_back(std::move(row));
  }
  return answer;
}

std::string MessageOf(const base::Diagnostics& diagnostics) {
  return diagnostics.first_error().message;
}

// A single evaluation that failed in a range: an instant query says why.
Answer AskOnce(const promql::Storage& storage, const promql::Expr& expr,
               base::Timestamp time, const promql::EngineOptions& options) {
  base::Diagnostics diagnostics;
  auto result =
      promql::EvaluateInstant(storage, expr, time, options, diagnostics);
  if (!result) return {{}, {}, {{time, MessageOf(diagnostics)}}};
  if (result->type == promql::ValueType::kScalar) {
    return {{time}, {{{}, {0}, {result->scalar}, {}}}, {}};
  }
  if (result->type != promql::ValueType::kInstantVector) {
    return {{}, {}, {{time, "rule result is not a vector or scalar"}}};
  }
  return FromRange(*std::move(result), {time, 1, 1});
}

}  // namespace

Answer Ask(const promql::Storage& storage, const promql::Expr& expr,
           const base::TimeGrid& grid, const promql::EngineOptions& options) {
  if (grid.steps == 1) return AskOnce(storage, expr, grid.start, options);
  base::Diagnostics diagnostics;
  auto result =
      promql::EvaluateRange(storage, expr, grid, options, diagnostics);
  if (result) return FromRange(*std::move(result), grid);
  const std::size_t half = grid.steps / 2;
  std::vector<Answer> halves;
  halves.push_back(Ask(storage, expr, {grid.start, grid.step, half}, options));
  halves.push_back(Ask(storage, expr,
                       {grid.at(half), grid.step, grid.steps - half}, options));
  return Join(std::move(halves));
}

Answer Join(std::vector<Answer> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Answer joined;
  absl::flat_hash_map<base::Labels, std::size_t> places;
  for (Answer& part : parts) {
    const auto before = static_cast<std::uint32_t>(joined.times.size());
    joined.times.insert(joined.times.end(), part.times.begin(),
                        part.times.end());
    for (AnswerRow& row : part.rows) {
      const auto [place, fresh] =
          places.try_emplace(row.labels, joined.rows.size());
      if (fresh) joined.rows.push_back({row.labels, {}, {}, {}});
      AnswerRow& whole = joined.rows[place->second];
      for (const std::uint32_t step : row.steps) {
        whole.steps.push_back(before + step);
      }
      if (!row.histograms.empty() || !whole.histograms.empty()) {
        whole.histograms.resize(whole.values.size());
        row.histograms.resize(row.values.size());
        whole.histograms.insert(whole.histograms.end(), row.histograms.begin(),
                                row.histograms.end());
      }
      whole.values.insert(whole.values.end(), row.values.begin(),
                          row.values.end());
    }
    for (FailedQuery& failure : part.failures) {
      joined.failures.push_back(std::move(failure));
    }
  }
  return joined;
}

void DropSteps(const std::vector<std::uint32_t>& bad, Answer& outputs) {
  if (bad.empty()) return;
  std::vector<std::optional<std::uint32_t>> places(outputs.times.size());
  std::vector<base::Timestamp> times;
  for (std::uint32_t step = 0; step < places.size(); ++step) {
    if (std::ranges::binary_search(bad, step)) continue;
    places[step] = static_cast<std::uint32_t>(times.size());
    times.push_back(outputs.times[step]);
  }
  outputs.times = std::move(times);
  for (AnswerRow& row : outputs.rows) {
    AnswerRow kept;
    kept.labels = std::move(row.labels);
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      const auto place = places[row.steps[i]];
      if (!place) continue;
      kept.steps.push_back(*place);
      kept.values.push_back(row.values[i]);
      if (!row.histograms.empty()) {
        kept.histograms.push_back(row.histograms[i]);
      }
    }
    row = std::move(kept);
  }
}

}  // namespace alerts
