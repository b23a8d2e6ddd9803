// Series as tests write them: `metric{a="b"} 1 2 _ 4+1x3 stale {{count:2}}`.

#ifndef PROMQL_SYNTAX_SERIES_DESCRIPTION_H_
#define PROMQL_SYNTAX_SERIES_DESCRIPTION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/histogram.h"
#include "base/labels.h"

namespace promql {

// What a series holds at one step. Neither a value nor a histogram: nothing.
struct SequenceValue {
  enum class Kind { kOmitted, kFloat, kHistogram };
  Kind kind = Kind::kOmitted;
  double value = 0;  // Of a float; `stale` is Prometheus' stale marker.
  base::HistogramPtr histogram;  // Not null exactly with kHistogram.
};

struct SeriesDescription {
  base::Labels labels;
  std::vector<SequenceValue> values;
};

struct SeriesDescriptionLimits {
  // Values of one description; `1x1000000000` is an error, not an allocation.
  std::size_t max_values = 11'000'000;
};

// Reads a whole description. Items are parted by spaces or tabs: a number,
// `stale`, `_` (nothing), `_xN` (N times nothing), `axN`, `a+bxN`, `a-bxN`
// (each N+1 values), and the same with {{histograms}}. An error has
// Prometheus' text and a span in `text`. Returns false exactly when an error
// was reported; `description` is then unspecified.
bool ParseSeriesDescription(std::string_view text,
                            base::Diagnostics& diagnostics,
                            SeriesDescription& description,
                            const SeriesDescriptionLimits& limits = {});

// Reads only `metric{a="b"}`, as in `labels:` of a rule unit test.
bool ParseMetric(std::string_view text, base::Diagnostics& diagnostics,
                 base::Labels& labels);

// The start times of a series: the offsets behind `metric{..}@st` of a load
// block, each in milliseconds relative to its sample: `-1m _ _x3 -1mx5
// 0s-15sx4`.
struct StartTimes {
  base::Labels labels;
  struct Offset {
    bool omitted = false;
    std::int64_t milliseconds = 0;
  };
  std::vector<Offset> offsets;
};

// Whether the line is one of start times, that is has "@st" behind its metric.
bool IsStartTimesLine(std::string_view text);

// As ParseSeriesDescription. REQUIRES: IsStartTimesLine(text)
bool ParseStartTimes(std::string_view text, base::Diagnostics& diagnostics,
                     StartTimes& start_times,
                     const SeriesDescriptionLimits& limits = {});

}  // namespace promql

#endif  // PROMQL_SYNTAX_SERIES_DESCRIPTION_H_
