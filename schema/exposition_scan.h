// The plain lines of a long page, which are nearly all of it.

#ifndef SCHEMA_EXPOSITION_SCAN_H_
#define SCHEMA_EXPOSITION_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "base/time.h"

namespace schema {

// A stretch of the page: one line that is to be read with care, or lines of one
// series whose samples stand in the part's columns.
struct ScanStep {
  static constexpr std::uint32_t kNoSeries =
      std::numeric_limits<std::uint32_t>::max();

  base::Span line;  // Where the line stands in the page, or the lines.
  // The lines' series, by a number within the part. Of a line to be read: the
  // samples of later steps with this number are of the series that it names.
  std::uint32_t series = kNoSeries;
  std::size_t first = 0;  // In the columns.
  std::size_t count = 0;  // 0: a line to be read.
};

struct ScannedPart {
  std::vector<ScanStep> steps;  // In the order of the page.
  std::vector<base::Timestamp> times;
  std::vector<double> values;
};

// Scans the lines of page[part], which begins and ends with a line. Plain lines
// are "name{...} value time" with single spaces, whose series an earlier line
// of the part had with no new HELP, TYPE or UNIT between them; their numbers
// are read as ExpositionLine would. All others are to be read with care. Knows
// nothing of other parts, so that parts can be scanned side by side.
// O(part), at some 50 ns a plain line.
ScannedPart ScanLines(std::string_view page, base::Span part,
                      bool open_metrics);

// Cuts a page into at most `most` parts of whole lines, none of them much
// shorter than `shortest` bytes.
std::vector<base::Span> CutIntoParts(std::string_view page, std::size_t most,
                                     std::size_t shortest);

}  // namespace schema

#endif  // SCHEMA_EXPOSITION_SCAN_H_
