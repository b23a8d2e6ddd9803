// Which labels a template reads.

#ifndef ALERTS_TEMPLATE_READS_H_
#define ALERTS_TEMPLATE_READS_H_

#include <cstddef>
#include <vector>

#include "alerts/template.h"
#include "alerts/template_tree.h"

namespace alerts::text_template {

// Every place that reads $labels or $externalLabels, sorted by place. Spans
// count from `offset`, before which stand the lines that Prometheus adds.
std::vector<LabelRead> FindLabelReads(const Tree& tree, std::size_t offset);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATE_READS_H_
