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
  // Whether the times are those of the call before. `lasts` says that nothing
  // else will be where they are, so that the same place means the same times;
  // else their bytes are compared.
  bool Repeats(std::span<const base::Timestamp> times, bool lasts) {
    const bool same_size = any_ && times.size() == times_.size();
    if (same_size && lasts && place_ == times.data()) return true;
    place_ = lasts ? times.data() : nullptr;
    if (same_size && (times.empty() || std::memcmp(times.data(), times_.data(),
                                                   times.size_bytes()) == 0)) {
      return true;
    }
    times_.assign(times.begin(), times.end());
    any_ = true;
    return false;
  }

 private:
  const base::Timestamp* place_ = nullptr;
  std::vector<base::Timestamp> times_;
  bool any_ = false;
};

}  // namespace promql

#endif  // PROMQL_ENGINE_KNOWN_TIMES_H_
