// What the engine reads samples from.

#ifndef PROMQL_ENGINE_STORAGE_H_
#define PROMQL_ENGINE_STORAGE_H_

#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "base/labels.h"
#include "base/matcher.h"
#include "base/time.h"
#include "promql/functions/column.h"

namespace promql {

// The one bit pattern of NaN that says that a series has ended
// (Prometheus model/value/value.go). Any other NaN is a value.
inline constexpr std::uint64_t kStaleMarkerBits = 0x7ff0000000000002;
double StaleMarker();
inline bool IsStaleMarker(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleMarkerBits;
}

// The samples of one series, in ascending order of time, no time twice.
struct SeriesView {
  base::Labels labels;
  std::span<const base::Timestamp> times;
  // A value for each time; a stale marker where the series ended. Of no
  // meaning where the sample is a histogram.
  std::span<const double> values;
  // Empty when the series has floats only; else one for each time, null where
  // the sample is a float (or a stale marker).
  std::span<const HistogramPtr> histograms;
  // Empty when no start timestamp is known; else one for each time, 0 where
  // unknown.
  std::span<const base::Timestamp> starts;
};

// The answer of a selection. `owner` keeps alive what the views look at, when
// that is not the storage itself.
struct SeriesSet {
  std::vector<SeriesView> series;
  std::shared_ptr<const void> owner;
};

// Where series are kept. Implementations say whether they may be written to
// while they are read.
class Storage {
 public:
  virtual ~Storage() = default;

  // The series that all matchers match, each with its samples in [min, max];
  // samples beyond may be among them, series without any are left out. The
  // order is the storage's own, and the same each time.
  virtual absl::StatusOr<SeriesSet> Select(
      const std::vector<base::Matcher>& matchers, base::Timestamp min,
      base::Timestamp max) const = 0;
};

}  // namespace promql

#endif  // PROMQL_ENGINE_STORAGE_H_
