#include "promql/engine/compatibility.h"

namespace promql {
namespace {

constexpr Change kChanges[] = {
    {{2, 52},
     &Compatibility::zero_point_first,
     "rate and increase extrapolate to zero within half an interval only"},
    {{3, 3},
     &Compatibility::histograms_without_zero_point,
     "rate and increase of native histograms extrapolate to zero only"},
    {{2, 53}, &Compatibility::plain_sums, "sum is compensated"},
    {{2, 54},
     &Compatibility::incremental_means,
     "avg and avg_over_time are a compensated sum by the count"},
    {{2, 49},
     &Compatibility::exact_buckets,
     "histogram_quantile takes classic buckets that differ by rounding alone "
     "as equal"},
    {{3, 4},
     &Compatibility::native_fractions_only,
     "histogram_fraction takes classic histograms too"},
    {{3, 0},
     &Compatibility::linear_histograms,
     "quantiles of native histograms are interpolated exponentially"},
    {{3, 0},
     &Compatibility::dot_without_line_breaks,
     "the dot of a regular expression matches line breaks"},
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
     &Compatibility::matches_after_filter,
     "multiple matches are an error even for a comparison that lets one pass"},
    {{3, 0},
     &Compatibility::strict_negation,
     "series that a negation makes equal are merged"},
    {{3, 0},
     &Compatibility::bounds_as_written,
     "le and quantile of a scraped page are stored with a point: 1.0 for 1"},
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
