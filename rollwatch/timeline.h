// A line of characters that shows when something was pending or firing.

#ifndef ROLLWATCH_TIMELINE_H_
#define ROLLWATCH_TIMELINE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "alerts/replay/episodes.h"
#include "base/time.h"

namespace rollwatch {

struct TimelineOptions {
  std::size_t width = 80;  // Characters, at least kNarrowest.
  bool utf8 = false;       // Blocks rather than . - #.
};

inline constexpr std::size_t kNarrowestTimeline = 20;

// `width` characters for [start, end]; one stands for the greatest state that
// any of the episodes has in its time.
std::string DrawTimeline(const std::vector<const alerts::Episode*>& episodes,
                         base::Timestamp start, base::Timestamp end,
                         const TimelineOptions& options);

// ". quiet  - pending  # firing"
std::string TimelineLegend(const TimelineOptions& options);

// The times at its ends and, where there is room, in its middle.
std::string DrawAxis(base::Timestamp start, base::Timestamp end,
                     const TimelineOptions& options);

// Of the terminal on stdout, or 80; and whether the locale is UTF-8.
TimelineOptions TimelineOfTerminal();

}  // namespace rollwatch

#endif  // ROLLWATCH_TIMELINE_H_
