// Series that make rules do something.

#ifndef TESTS_ALERTS_REPLAY_MADE_UP_SERIES_H_
#define TESTS_ALERTS_REPLAY_MADE_UP_SERIES_H_

#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/storage/memory.h"

namespace alerts {

struct MadeUpSeries {
  base::Labels labels;
  std::vector<double> values;  // One for each of the times.
};

// For each selector of the rules two series that it finds, with the labels that
// the rule groups and joins by: counters that grow now and then, gauges that
// jump, buckets. The same for the same rules and times.
std::vector<MadeUpSeries> MakeUpSeries(
    const std::vector<RuleDefinition>& rules,
    const std::vector<base::Timestamp>& times);

promql::MemoryStorage Store(const std::vector<MadeUpSeries>& series,
                            const std::vector<base::Timestamp>& times);

std::string OpenMetricsPage(const std::vector<MadeUpSeries>& series,
                            const std::vector<base::Timestamp>& times);

}  // namespace alerts

#endif  // TESTS_ALERTS_REPLAY_MADE_UP_SERIES_H_
