// Which labels a template reads.

#ifndef ALERTS_TEMPLATES_READS_H_
#define ALERTS_TEMPLATES_READS_H_

#include <cstddef>
#include <vector>

#include "alerts/templates/template.h"
#include "alerts/templates/tree.h"

namespace alerts::text_template {

// Every place that reads $labels or $externalLabels, sorted by place. Spans
// count from `offset`, before which stand the lines that Prometheus adds.
std::vector<LabelRead> FindLabelReads(const Tree& tree, std::size_t offset);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_READS_H_
