// Reads pages of metrics: the text format 0.0.4 and OpenMetrics 1.0.

#ifndef SCHEMA_EXPOSITION_READER_H_
#define SCHEMA_EXPOSITION_READER_H_

#include <optional>
#include <string>
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

// Strict: nothing that the format forbids is let through, but that a family may
// come again later with the same TYPE, so that pages of several scrapes may
// stand behind one another. Exemplars are read and left out. All errors are
// reported, each once; nothing when there was one. O(text).
std::optional<Exposition> ReadExposition(
    const base::Source& source, base::Diagnostics& diagnostics,
    ExpositionFormat format = ExpositionFormat::kDetect);

}  // namespace schema

#endif  // SCHEMA_EXPOSITION_READER_H_
