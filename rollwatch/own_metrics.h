// What the sidecar says of itself: rollwatch_build_info and the process_*
// metrics that every Prometheus client has
// (prometheus.io/docs/instrumenting/writing_clientlibs).

#ifndef ROLLWATCH_OWN_METRICS_H_
#define ROLLWATCH_OWN_METRICS_H_

#include <vector>

#include "exporter/snapshot.h"

namespace rollwatch {

// Families for the end of a page, as of now. What the system does not tell is
// left out.
std::vector<exporter::Family> OwnMetrics();

}  // namespace rollwatch

#endif  // ROLLWATCH_OWN_METRICS_H_
