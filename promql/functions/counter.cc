#include "promql/functions/counter.h"

#include <algorithm>

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

namespace {

bool Falls(std::span<const double> values, std::size_t i) {
  return values[i] < values[i - 1];
}

// A counter rarely falls: sixteen samples at a time.
std::vector<std::size_t> FindFalls(std::span<const double> values) {
  constexpr std::size_t kBlock = 16;
  std::vector<std::size_t> falls;
  for (std::size_t at = 1; at < values.size(); at += kBlock) {
    const std::size_t end = std::min(values.size(), at + kBlock);
    unsigned any = 0;
    for (std::size_t i = at; i < end; ++i) {
      any |= static_cast<unsigned>(Falls(values, i));
    }
    for (std::size_t i = at; any != 0 && i < end; ++i) {
      if (Falls(values, i)) falls.push_back(i);
    }
  }
  return falls;
}

}  // namespace

std::vector<std::size_t> FindResets(const Samples<double>& samples) {
  if (samples.starts.empty()) return FindFalls(samples.values);
  std::vector<std::size_t> resets;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (Falls(samples.values, i) ||
        ResetByStartTime(samples.times, samples.starts, i)) {
      resets.push_back(i);
    }
  }
  return resets;
}

}  // namespace promql
