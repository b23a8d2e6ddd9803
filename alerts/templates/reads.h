// What a template reads of the alert.

#ifndef ALERTS_TEMPLATES_READS_H_
#define ALERTS_TEMPLATES_READS_H_

#include <cstddef>
#include <vector>

#include "alerts/templates/template.h"
#include "alerts/templates/tree.h"

namespace alerts::text_template {

struct TemplateReads {
  std::vector<LabelRead> labels;         // Of $labels or $externalLabels.
  std::vector<base::Span> value_prints;  // Of $value as it is.
  std::vector<LaterFunction> functions;  // What not every Prometheus has.
};

// Every such place, sorted. Spans count from `offset`, before which stand the
// lines that Prometheus adds.
TemplateReads FindReads(const Tree& tree, std::size_t offset);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_READS_H_
