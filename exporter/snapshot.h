// What one scrape carries.

#ifndef EXPORTER_SNAPSHOT_H_
#define EXPORTER_SNAPSHOT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "exporter/exemplar.h"
#include "schema/metric_table.h"

namespace exporter {

struct Series {
  base::Labels labels;  // Without __name__.
  double value = 0;     // Of a counter or gauge.
  // Of a histogram: how many observations were at most each of the family's
  // bounds; the last, one more than there are bounds, counts them all.
  std::vector<double> buckets;
  double sum = 0;
  // Since when a counter or histogram has counted; 0 when that is not known.
  base::Timestamp created = 0;
  Exemplars exemplars = {};

  friend bool operator==(const Series&, const Series&) = default;
};

struct Family {
  std::string name;  // A counter's with _total.
  schema::MetricType type = schema::MetricType::kGauge;
  std::string help;
  std::string unit;
  std::vector<double> bounds;  // Of a histogram, without +Inf.
  std::vector<Series> series;  // In the order of the page.
};

// The state of all families at one time. Others may append families of their
// own (build_info, process_*) before it is written.
struct Snapshot {
  base::Timestamp time = 0;
  std::int64_t sequence = 0;  // The last event that it contains.
  std::vector<Family> families;
};

// Every sample of a snapshot as a query would see it, __name__ included and
// histograms spelt out (_bucket with le as Prometheus stores it, "60.0"; _sum,
// _count).
struct FlatSample {
  base::Labels labels;
  double value = 0;
};
std::vector<FlatSample> Flatten(const Snapshot& snapshot);

}  // namespace exporter

#endif  // EXPORTER_SNAPSHOT_H_
