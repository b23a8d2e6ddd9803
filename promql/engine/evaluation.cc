#include "promql/engine/evaluation.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"

namespace promql {
namespace {

// Moves the samples of `from` into `into`; false when both have one at a step.
bool MoveSamples(Column& from, Column& into) {
  for (std::size_t i = 0; i < into.steps(); ++i) {
    if (from.present[i] == kAbsent) continue;
    if (into.present[i] != kAbsent) return false;
    if (from.present[i] == kHistogram) {
      into.Set(i, std::move(from.histograms[i]));
    } else {
      into.Set(i, from.values[i]);
    }
  }
  return true;
}

}  // namespace

Evaluation::Evaluation(const Storage& storage, const EngineOptions& options,
                       base::TimeGrid grid, bool instant,
                       base::Diagnostics& diagnostics)
    : storage_(storage),
      options_(options),
      grid_(grid),
      instant_(instant),
      diagnostics_(diagnostics),
      deadline_(std::chrono::steady_clock::now() +
                std::chrono::milliseconds(options.timeout)) {}

bool Evaluation::Fail(base::Span span, std::string message) {
  diagnostics_.Error("evaluation", span, std::move(message));
  return false;
}

bool Evaluation::Hold(std::size_t samples, base::Span span) {
  held_ += samples;
  if (held_ <= options_.max_samples) return true;
  diagnostics_.Error("too-many-samples", span,
                     "query processing would load too many samples into memory "
                     "in query execution");
  return false;
}

void Evaluation::Release(std::size_t samples) {
  held_ -= std::min(samples, held_);
}

bool Evaluation::InTime(base::Span span) {
  if (std::chrono::steady_clock::now() < deadline_) return true;
  diagnostics_.Error("query-timeout", span,
                     "query timed out in expression evaluation");
  return false;
}

std::size_t CountSamples(const Block& block) {
  std::size_t count = 0;
  for (const Series& row : block.rows) {
    count += row.column.steps() - static_cast<std::size_t>(std::ranges::count(
                                      row.column.present, kAbsent));
  }
  return count;
}

bool MergeEqualLabels(Block& block, bool strict, Evaluation& evaluation,
                      base::Span span) {
  if (block.rows.size() < 2) return true;
  absl::flat_hash_map<base::Labels, std::size_t> first_of;
  first_of.reserve(block.rows.size());
  std::vector<Series> kept;
  kept.reserve(block.rows.size());
  bool ok = true;
  for (Series& row : block.rows) {
    const auto [place, is_new] = first_of.try_emplace(row.labels, kept.size());
    if (is_new) {
      kept.push_back(std::move(row));
      continue;
    }
    ok = ok && !strict && MoveSamples(row.column, kept[place->second].column);
  }
  block.rows = std::move(kept);
  return ok ||
         evaluation.Fail(
             span, "vector cannot contain metrics with the same labelset");
}

void DropNames(Block& block, bool delayed) {
  for (Series& row : block.rows) {
    if (delayed) {
      row.drop_name = true;
    } else {
      row.labels = row.labels.WithoutMetadata();
    }
  }
}

void RemoveEmptyRows(Block& block) {
  std::erase_if(block.rows,
                [](const Series& row) { return row.column.Empty(); });
}

}  // namespace promql
