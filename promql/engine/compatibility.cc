#include "promql/engine/compatibility.h"

namespace promql {
namespace {

constexpr Change kChanges[] = {
    {{2, 52},
     &Compatibility::zero_point_first,
     "rate and increase extrapolate to zero within half an interval only"},
    {{3, 0},
     &Compatibility::closed_ranges,
     "ranges, the lookback and subqueries leave out their start"},
    {{3, 0}, &Compatibility::atan2_keeps_name, "atan2 drops the metric name"},
    {{3, 0},
     &Compatibility::variance_of_one_is_zero,
     "stddev and stdvar of a NaN or an infinity are NaN"},
    {{3, 0},
     &Compatibility::topk_pops,
     "topk and bottomk replace the top of their heap"},
    {{3, 0},
     &Compatibility::strict_negation,
     "series that a negation makes equal are merged"},
};

}  // namespace

std::span<const Change> Changes() { return kChanges; }

Compatibility CompatibleWith(Version version) {
  Compatibility compatibility;
  for (const Change& change : kChanges) {
    compatibility.*change.before = version < change.since;
  }
  return compatibility;
}

}  // namespace promql
