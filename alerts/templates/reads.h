// What a template reads of the alert.

#ifndef ALERTS_TEMPLATES_READS_H_
#define ALERTS_TEMPLATES_READS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "alerts/templates/template.h"
#include "alerts/templates/tree.h"

namespace alerts::text_template {

struct TemplateReads {
  std::vector<LabelRead> labels;         // Of $labels or $externalLabels.
  std::vector<base::Span> value_prints;  // Of $value as it is.
  std::vector<LaterFunction> functions;  // What not every Prometheus has.
  std::vector<TemplateMistake> mistakes;
  std::vector<base::Span> bare_variables;  // In the texts between actions.
};

// Every "$labels.job", "$value" and their like in a text without actions.
std::vector<base::Span> FindBareVariables(std::string_view text);

// Every such place, sorted. Spans count from `offset`, before which stand the
// lines that Prometheus adds.
TemplateReads FindReads(const Tree& tree, std::size_t offset);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_READS_H_
