#include "promql/functions/counter.h"

namespace promql {

bool ResetByStartTime(std::span<const base::Timestamp> times,
                      std::span<const base::Timestamp> starts, std::size_t i) {
  const base::Timestamp start = starts[i];
  if (start == 0 || start >= times[i]) return false;
  const base::Timestamp before = times[i - 1];
  if (start != before) return start > before;
  // A cumulative series of unknown start begins with the sample before; a delta
  // had a start of its own there.
  return starts[i - 1] != 0 && starts[i - 1] < before;
}

std::vector<std::size_t> FindResets(const Samples<double>& samples) {
  std::vector<std::size_t> resets;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples.values[i] < samples.values[i - 1] ||
        (!samples.starts.empty() &&
         ResetByStartTime(samples.times, samples.starts, i))) {
      resets.push_back(i);
    }
  }
  return resets;
}

}  // namespace promql
