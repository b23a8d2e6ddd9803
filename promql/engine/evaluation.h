// What all operators of one evaluation share.

#ifndef PROMQL_ENGINE_EVALUATION_H_
#define PROMQL_ENGINE_EVALUATION_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/engine/storage.h"
#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

// The value of a node on its grid. A range vector is never a value: calls read
// windows straight from the samples.
struct Value {
  ValueType type = ValueType::kNone;
  std::vector<double> scalar;  // One for each step.
  std::string text;
  Block block;
};

// The budgets of one evaluation and where its findings go.
class Evaluation {
 public:
  Evaluation(const Storage& storage, const EngineOptions& options,
             base::TimeGrid grid, bool instant, base::Diagnostics& diagnostics);

  const Storage& storage() const { return storage_; }
  const EngineOptions& options() const { return options_; }
  // The whole query's times; step is 0 when it is an instant query.
  base::Timestamp start() const { return grid_.start; }
  base::Timestamp end() const { return grid_.end(); }
  base::Duration step() const { return instant_ ? 0 : grid_.step; }
  bool instant() const { return instant_; }
  base::Diagnostics& diagnostics() { return diagnostics_; }
  // The newest time at or before `start` that a range from there leaves out.
  base::Timestamp Before(base::Timestamp start) const {
    return options_.compatibility.closed_ranges ? start - 1 : start;
  }

  // Reports an error of evaluation; always false, so that a caller may return
  // it.
  bool Fail(base::Span span, std::string message);

  // Counts samples that are held; false, with an error, beyond the budget.
  bool Hold(std::size_t samples, base::Span span);
  void Release(std::size_t samples);
  std::size_t held() const { return held_; }

  // False, with an error, once the time is up.
  bool InTime(base::Span span);

 private:
  const Storage& storage_;
  const EngineOptions& options_;
  base::TimeGrid grid_;
  bool instant_;
  base::Diagnostics& diagnostics_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t held_ = 0;
};

// Samples that are present.
std::size_t CountSamples(const Block& block);

// Rows of equal labels become one. False, with upstream's error, when two of
// them have a sample at the same step, or, when `strict`, at all.
bool MergeEqualLabels(Block& block, bool strict, Evaluation& evaluation,
                      base::Span span);

// Takes the metric name (and __type__, __unit__) off every row, or, with
// delayed name removal, marks it for that.
void DropNames(Block& block, bool delayed);

void RemoveEmptyRows(Block& block);

}  // namespace promql

#endif  // PROMQL_ENGINE_EVALUATION_H_
