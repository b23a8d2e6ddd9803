// What a rule's query answers over a stretch of time.

#ifndef ALERTS_REPLAY_ANSWER_H_
#define ALERTS_REPLAY_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/engine/storage.h"
#include "promql/syntax/tree.h"

namespace alerts {

// Evaluations that one range query is to ask for, so that threads share a rule.
inline constexpr std::size_t kPiece = 2048;

// One element of the result, at the evaluations that have it.
struct AnswerRow {
  base::Labels labels;
  std::vector<std::uint32_t> steps;  // Indices of Answer::times, ascending.
  std::vector<double> values;        // One for each step.
  // Empty, or one for each step; where not null it is the value.
  std::vector<promql::HistogramPtr> histograms;
};

// An evaluation that failed.
struct FailedQuery {
  base::Timestamp time = 0;
  std::string message;
};

struct Answer {
  std::vector<base::Timestamp> times;  // Of the queries that did not fail.
  std::vector<AnswerRow> rows;         // Of different labels each.
  std::vector<FailedQuery> failures;
};

// Evaluates at each time of the grid. Where a range query fails, its halves are
// asked, down to single instant queries, so that one bad moment costs only
// itself. Safe to call from many threads while nobody writes to `storage`.
// REQUIRES: IsTheSameInARange(expr, grid.start)
Answer Ask(const promql::Storage& storage, const promql::Expr& expr,
           const base::TimeGrid& grid, const promql::EngineOptions& options);

// One after the other, as one. REQUIRES: in order of time
Answer Join(std::vector<Answer> parts);

// Leaves these steps out of times and rows. REQUIRES: `bad` ascends
void DropSteps(const std::vector<std::uint32_t>& bad, Answer& answer);

}  // namespace alerts

#endif  // ALERTS_REPLAY_ANSWER_H_
