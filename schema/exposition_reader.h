// Reads pages of metrics: the text format 0.0.4 and OpenMetrics 1.0.

#ifndef SCHEMA_EXPOSITION_READER_H_
#define SCHEMA_EXPOSITION_READER_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "base/time.h"

namespace schema {

struct ExpositionSample {
  base::Labels labels;  // With __name__.
  double value = 0;
  std::optional<base::Timestamp> time;
  base::Span span;  // The whole line.
};

// What a page says of one metric family, in the order of the page.
struct ExpositionFamily {
  std::string name;  // As in its TYPE line: an OpenMetrics counter's without
                     // "_total".
  std::string type;  // "counter", ...; "untyped" or "unknown" without a TYPE.
                     // Samples of the family need not fit to it.
  std::string help;
  std::string unit;
  std::vector<ExpositionSample> samples;
};

struct Exposition {
  bool open_metrics = false;
  std::vector<ExpositionFamily> families;
};

enum class ExpositionFormat {
  kDetect,  // OpenMetrics when the text ends with "# EOF", as that must.
  kText,
  kOpenMetrics,
};

// As strict as Prometheus 3, no more and no less, but for these: the text
// format has negative timestamps and spaces before a name, as its specification
// says, and no line break within a label value. So a family may come again, and
// pages of several scrapes may stand behind one another. A family of two TYPEs
// is of none. Exemplars are read and left out. All errors are reported, each
// once; nothing when there was one. O(text).
std::optional<Exposition> ReadExposition(
    const base::Source& source, base::Diagnostics& diagnostics,
    ExpositionFormat format = ExpositionFormat::kDetect);

// One sample on its way; valid during the call only.
struct SampleRef {
  const base::Labels& labels;  // With __name__.
  // The same number for the same text of a series; they count from 0. (Labels
  // in another order are another text, and so another number.)
  std::size_t series;
  double value;
  std::optional<base::Timestamp> time;
  base::Span span;
};

// Samples of one series that follow one another on the page; valid during the
// call only. Not always in ascending order of time.
struct SampleRun {
  std::size_t series;  // Its number; a SampleRef with it came before.
  std::span<const base::Timestamp> times;
  std::span<const double> values;
};

struct SampleSinks {
  std::function<void(const SampleRef& sample)> sample;
  std::function<void(const SampleRun& run)> run;
};

struct SampleReading {
  ExpositionFormat format = ExpositionFormat::kDetect;
  // A histogram's le and a summary's quantile as Prometheus stores them since
  // 3.0, whatever the page has: "1.0" for "1".
  bool stored_bounds = false;
  // Parts of the page are read side by side when it is longer than this.
  std::size_t shortest_part = std::size_t{4} << 20;
  std::size_t most_parts = 0;  // 0: one for each processor.
  std::size_t threads = 0;     // At most so many; 0: one for each processor.
};

// The same reading, for pages of millions of samples: they are handed on, in
// the order of the page, instead of being kept, most of them as runs. False
// when an error was reported, which may be after many samples were handed on.
bool ReadSamples(std::string_view page, base::Diagnostics& diagnostics,
                 const SampleSinks& sinks, const SampleReading& reading = {});

}  // namespace schema

#endif  // SCHEMA_EXPOSITION_READER_H_
