// The answers of older Prometheus servers.

#ifndef PROMQL_ENGINE_COMPATIBILITY_H_
#define PROMQL_ENGINE_COMPATIBILITY_H_

#include <span>
#include <string_view>

#include "base/version.h"

namespace promql {

using base::ParseVersion;
using base::Version;

// How a server differs from today's; none is set by default. The language is
// today's in any case, though older servers refuse some of it.
struct Compatibility {
  // Ranges, the lookback and subqueries reach to a sample exactly at their
  // start.
  bool closed_ranges = false;
  // rate() and increase() look for a counter's zero before they limit the
  // extrapolation to half an interval, not after.
  bool zero_point_first = false;
  // atan2 keeps the metric name, as a comparison does.
  bool atan2_keeps_name = false;
  // The variance of one sample is 0 even when it is NaN or infinite.
  bool variance_of_one_is_zero = false;
  // topk and bottomk take the least off their heap before they add the next,
  // which decides between equal values.
  bool topk_pops = false;
  // Two series of a negation that become one are an error
  // even when they never have a sample at the same time.
  bool strict_negation = false;
};

// THE table of changes: servers before `since` have it otherwise. Each is
// proven on 2.42; where the release of the change is not known, `since` is 3.0.
struct Change {
  Version since;
  bool Compatibility::*before;
  std::string_view what;
};
std::span<const Change> Changes();

Compatibility CompatibleWith(Version version);

}  // namespace promql

#endif  // PROMQL_ENGINE_COMPATIBILITY_H_
