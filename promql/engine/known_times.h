// Series that share their times.

#ifndef PROMQL_ENGINE_KNOWN_TIMES_H_
#define PROMQL_ENGINE_KNOWN_TIMES_H_

#include <cstring>
#include <span>
#include <vector>

#include "base/time.h"

namespace promql {

// Remembers the times of one series after the other: those that are scraped
// together have the same, and what follows from times alone need not be
// computed anew.
class KnownTimes {
 public:
  // Whether the times are those of the call before. A comparison of bytes.
  bool Repeats(std::span<const base::Timestamp> times) {
    if (any_ && times.size() == times_.size() &&
        (times.empty() ||
         std::memcmp(times.data(), times_.data(), times.size_bytes()) == 0)) {
      return true;
    }
    times_.assign(times.begin(), times.end());
    any_ = true;
    return false;
  }

 private:
  std::vector<base::Timestamp> times_;
  bool any_ = false;
};

}  // namespace promql

#endif  // PROMQL_ENGINE_KNOWN_TIMES_H_
