// Evaluates a PromQL expression on a storage.

#ifndef PROMQL_ENGINE_ENGINE_H_
#define PROMQL_ENGINE_ENGINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/compatibility.h"
#include "promql/engine/storage.h"
#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

class Explanation;  // engine/explain.h

// Prometheus' options of a query, with its defaults. Durations in ms.
struct EngineOptions {
  base::Duration lookback = 5 * 60 * 1000;
  // Samples held in memory at a time.
  std::size_t max_samples = 50'000'000;
  base::Duration timeout = 2 * 60 * 1000;
  // The step of a subquery that has none: the global evaluation interval.
  base::Duration default_subquery_step = 60 * 1000;
  // Feature flags, by upstream's names.
  bool delayed_name_removal = false;  // promql-delayed-name-removal
  bool use_start_timestamps = false;  // use-start-timestamps
  bool type_and_unit_labels = false;  // type-and-unit-labels
  // Filled with what the operators did, unless null.
  Explanation* explanation = nullptr;
  // Told, unless null, of labels of the query that are probably misspelt
  // (label_hints.h); Prometheus has no such thing.
  base::Diagnostics* label_hints = nullptr;
  // Whose answers to give; today's unless CompatibleWith() says otherwise.
  Compatibility compatibility;
};

// One series of a result. times, values and (unless empty) histograms have an
// element for each point; where a histogram is not null it is the value.
struct ResultSeries {
  base::Labels labels;
  std::vector<base::Timestamp> times;
  std::vector<double> values;
  std::vector<HistogramPtr> histograms;

  bool IsHistogram(std::size_t i) const {
    return !histograms.empty() && histograms[i] != nullptr;
  }
};

struct QueryResult {
  // kScalar, kString, kInstantVector, or kRangeVector for a matrix.
  ValueType type = ValueType::kNone;
  // The evaluation time of an instant query.
  base::Timestamp time = 0;
  // kInstantVector: one point each, at `time`, in order of evaluation, or as
  // sorted by the outermost sort(), topk()... kRangeVector: sorted by labels.
  std::vector<ResultSeries> series;
  double scalar = 0;
  std::string text;  // kString.
};

// Evaluates at one time. An empty result exactly when an error was reported,
// with upstream's text; warnings and infos (upstream's annotations) may come
// with a result. REQUIRES: `expr` came from Parse(). Safe to call from many
// threads while nobody writes to `storage`.
std::optional<QueryResult> EvaluateInstant(const Storage& storage,
                                           const Expr& expr,
                                           base::Timestamp time,
                                           const EngineOptions& options,
                                           base::Diagnostics& diagnostics);

// Evaluates at each time of the grid; the result is a matrix.
// REQUIRES: `expr` has the type scalar or instant vector
std::optional<QueryResult> EvaluateRange(const Storage& storage,
                                         const Expr& expr,
                                         const base::TimeGrid& grid,
                                         const EngineOptions& options,
                                         base::Diagnostics& diagnostics);

// A warning or info as Prometheus prints it, with its place at the end:
// "PromQL warning: ... (1:5)". REQUIRES: `text` is what the tree was parsed of
std::string PrometheusAnnotation(std::string_view text,
                                 const base::Diagnostic& diagnostic);

}  // namespace promql

#endif  // PROMQL_ENGINE_ENGINE_H_
