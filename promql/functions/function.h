// THE function table: a row for each PromQL function.

#ifndef PROMQL_FUNCTIONS_FUNCTION_H_
#define PROMQL_FUNCTIONS_FUNCTION_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/version.h"
#include "promql/functions/kernel.h"

namespace promql {

enum class ArgumentType { kScalar, kString, kVector, kMatrix };

struct Function {
  std::string_view name;
  // The declared parameter types; unused places at the end are not counted.
  std::array<ArgumentType, 6> parameters;
  std::size_t parameter_count;
  // Prometheus' Variadic: 0 exactly parameter_count arguments; n > 0 the last
  // parameter may be left out and stand up to n times; -1 it may stand any
  // number of times, or none.
  int variadic;
  ArgumentType result;  // kScalar or kVector.
  bool experimental;
  // The first release that knows it. Up to 2.42 from its changelog; of later
  // ones to our knowledge, and 3.10 for the newest, whose release is not known.
  base::Version since;
  // What the argument should be: rate() reads a counter, delta() a gauge.
  enum class Reads { kAny, kCounter, kGauge, kHistogram } reads;
  // Whether the result keeps the metric name (last_over_time, sort, ...).
  bool keeps_name;
  // Its value depends on the evaluation time even with a fixed @, so it is
  // never evaluated once for all steps (Prometheus' AtModifierUnsafeFunctions).
  bool uses_eval_time;
  // What the engine prepares for the kernel besides the arguments' samples.
  enum class Needs {
    kNothing,
    kSampleTimes,     // A bare selector gives the samples' times as values.
    kStartTimes,      // The same with start timestamps.
    kSelectorLabels,  // The labels that the selector's matchers pin down.
    kQueryTimes,      // The start, end or step of the whole query.
    kInfoSeries,      // The second argument selects info series.
    kCountAndSum,     // Of histograms only these: buckets need not be read.
    kBuckets,         // The buckets of histograms.
  } needs;
  Kernel kernel;  // Empty: not evaluated yet.
  std::string_view summary;
  // Which of the range selectors' modifiers it takes besides none.
  enum class Edges { kPlain, kAnchored, kSmoothed };
  Edges edges = Edges::kPlain;  // kSmoothed: anchored as well.
  // Whether it counts a counter's events, and by what.
  enum class Counts { kNothing, kInWindow, kPerSecond };
  Counts counts = Counts::kNothing;
};

// All rows, sorted by name.
std::span<const Function> Functions();

// Null when there is none of this name. Case-sensitive. O(log rows).
const Function* FindFunction(std::string_view name);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_FUNCTION_H_
