// How older Prometheus servers compute.

#ifndef PROMQL_FUNCTIONS_COMPATIBILITY_H_
#define PROMQL_FUNCTIONS_COMPATIBILITY_H_

namespace promql {

// How a server differs from today's; none is set by default. Which release has
// which: engine/compatibility.h. The grammar is today's in any case.
struct Compatibility {
  // Ranges, the lookback and subqueries reach to a sample exactly at their
  // start.
  bool closed_ranges = false;
  // rate() and increase() look for a counter's zero before they limit the
  // extrapolation to half an interval, not after.
  bool zero_point_first = false;
  // For those of native histograms, they do not look for it at all.
  bool histograms_without_zero_point = false;
  // sum() adds up without compensation.
  bool plain_sums = false;
  // avg() is an incremental mean without compensation, avg_over_time() one with
  // it.
  bool incremental_means = false;
  // Classic buckets that differ by rounding alone are taken as they are.
  bool exact_buckets = false;
  // Within the buckets of a native histogram quantiles lie on a straight line.
  bool linear_histograms = false;
  // histogram_fraction() leaves classic histograms out.
  bool native_fractions_only = false;
  // The dot of a regular expression matches no line break.
  bool dot_without_line_breaks = false;
  // atan2 keeps the metric name, as a comparison does.
  bool atan2_keeps_name = false;
  // The variance of one sample is 0 even when it is NaN or infinite.
  bool variance_of_one_is_zero = false;
  // topk and bottomk take the least off their heap before they add the next,
  // which decides between equal values.
  bool topk_pops = false;
  // Samples that match more than once are an error only where a comparison lets
  // two of the pairs pass.
  bool matches_after_filter = false;
  // Two series of a negation that become one are an error
  // even when they never have a sample at the same time.
  bool strict_negation = false;
  // le and quantile are stored as the scraped page has them.
  bool bounds_as_written = false;
};

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_COMPATIBILITY_H_
