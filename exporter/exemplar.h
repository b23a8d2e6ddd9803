// Links from a number to one of the events that it counts (OpenMetrics,
// "Exemplars").

#ifndef EXPORTER_EXEMPLAR_H_
#define EXPORTER_EXEMPLAR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace exporter {

struct Exemplar {
  std::string run_url;       // Its one label, of the same name.
  double value = 0;          // What the event added, or its duration.
  base::Timestamp time = 0;  // When it began to count.

  friend bool operator==(const Exemplar&, const Exemplar&) = default;
};

// One of a counter, one for each bucket of a histogram; null where there is
// none, or empty when there is none at all. They are shared, not copied.
using Exemplars = std::vector<std::shared_ptr<const Exemplar>>;

// Whether label names and values keep within the 128 characters that an
// exemplar may have. A longer link is left out: half of it leads nowhere.
bool FitsExemplar(std::string_view run_url);

}  // namespace exporter

#endif  // EXPORTER_EXEMPLAR_H_
