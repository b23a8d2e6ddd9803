// What `rollwatch replay` prints.

#ifndef ROLLWATCH_REPLAY_REPORT_H_
#define ROLLWATCH_REPLAY_REPORT_H_

#include <string>

#include "alerts/replay/compare.h"
#include "alerts/replay/replay.h"
#include "rollwatch/timeline.h"

namespace rollwatch {

// For people: a timeline and the intervals of each alert, and why the others
// never fired. REQUIRES, here and below: the replay has run
std::string ReplayAsText(const alerts::Replay& replay,
                         const TimelineOptions& options);
// docs/replay.md has the fields.
std::string ReplayAsJson(const alerts::Replay& replay);
// For a pull request.
std::string ReplayAsMarkdown(const alerts::Replay& replay);

// 2026-11-23T12:57:25Z, with milliseconds where there are any.
std::string Moment(base::Timestamp time);
// A text as a cell of a Markdown table.
std::string MarkdownCell(std::string text);

std::string ComparisonAsText(const alerts::Comparison& comparison);
std::string ComparisonAsJson(const alerts::Comparison& comparison);
std::string ComparisonAsMarkdown(const alerts::Comparison& comparison);

}  // namespace rollwatch

#endif  // ROLLWATCH_REPLAY_REPORT_H_
