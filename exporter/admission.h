// Which events are taken, though each is right: a journal and a page have
// bounds.

#ifndef EXPORTER_ADMISSION_H_
#define EXPORTER_ADMISSION_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "exporter/event.h"
#include "exporter/totals.h"
#include "schema/metric_table.h"

namespace exporter {

struct AdmissionLimits {
  // Of each metric. An event that would make one more is rejected.
  std::size_t series_per_metric = 1000;
  // An event that happened longer ago is rejected; 0: none is.
  base::Duration retention = 0;
};

// Whether events can make series of the metric that are not there from the
// start.
bool CanGrow(const schema::MetricRow& row);

// Why a batch is not taken.
struct Rejection {
  std::size_t index = 0;  // Which of the batch.
  std::string code;       // "cardinality", "too-old".
  std::string field;      // The label, or "time".
  std::string metric;     // Of "cardinality".
  std::string problem;    // One sentence.
};

// Whether the events of `batch` that are `fresh` may be recorded now; the
// first that may not.
std::optional<Rejection> FindRejection(const std::vector<Event>& batch,
                                       const std::vector<std::size_t>& fresh,
                                       const Totals& totals,
                                       const AdmissionLimits& limits,
                                       base::Timestamp now);

// How often batches were rejected since the process started.
struct RejectionCounts {
  std::array<std::int64_t, std::size(schema::kMetrics)> cardinality = {};
  std::int64_t too_old = 0;
};

// The same while many threads add and read.
class RejectionCounter {
 public:
  void Add(const Rejection& rejection);
  RejectionCounts counts() const;

 private:
  std::array<std::atomic<std::int64_t>, std::size(schema::kMetrics)>
      cardinality_ = {};
  std::atomic<std::int64_t> too_old_ = 0;
};

}  // namespace exporter

#endif  // EXPORTER_ADMISSION_H_
