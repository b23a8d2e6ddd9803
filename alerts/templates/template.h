// Go text/template as alert rules use it, with Prometheus' functions.

#ifndef ALERTS_TEMPLATES_TEMPLATE_H_
#define ALERTS_TEMPLATES_TEMPLATE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/diagnostic.h"
#include "base/histogram.h"
#include "base/labels.h"
#include "base/time.h"
#include "base/version.h"

namespace alerts {

// Which of the alert's maps an expression of a template reads from.
enum class TemplateMap { kLabels, kExternalLabels };

// One place where a template reads a label of the alert's result.
struct LabelRead {
  TemplateMap map = TemplateMap::kLabels;
  // Empty when the whole map is read or the name is computed: {{ $labels }},
  // range over $labels, index $labels $name.
  std::string name;
  base::Span span;  // In the template's text.
  // It is, or stands in a branch of, a condition that asks for this label: the
  // author reckons with its absence.
  bool guarded = false;
};

// A call of a function that older releases of Prometheus do not have.
struct LaterFunction {
  std::string name;
  base::Version since;
  base::Span span;  // In the template's text.
};

// What Prometheus cannot expand, whatever the alert: once it gets there, the
// whole text is an error message.
struct TemplateMistake {
  std::string message;
  std::string help;
  base::Span span;  // In the template's text.
};

// An {{if}}, {{with}} or {{range}}: it runs its body, or what else there is,
// which may be nothing.
struct TemplateBranch {
  std::string text;    // "if gt $value 0.5"
  std::size_t id = 0;  // Ascends in the text's order.
};

// One element of what query() in a template returns; the labels include the
// metric name.
struct TemplateSample {
  base::Labels labels;
  double value = 0;
  base::HistogramPtr histogram;  // Not null: then `value` means nothing.
};

using TemplateQuery = std::function<absl::StatusOr<std::vector<TemplateSample>>(
    std::string_view)>;

// Watches expansions.
class TemplateObserver {
 public:
  virtual ~TemplateObserver() = default;
  // A label's or annotation's template is expanded from now on.
  virtual void BeginField(bool annotation, std::string_view name) = 0;
  // Which way a branch went.
  virtual void OnBranch(std::size_t id, bool body) = 0;
};

// What a template is expanded with.
struct TemplateContext {
  base::Labels labels;  // Of the query's result: not the rule's own.
  base::Labels external_labels;
  std::string external_url;
  double value = 0;
  base::HistogramPtr histogram;  // Not null: then `value` means nothing.
  TemplateQuery query;           // Without one, query() is an error.
  base::Timestamp now = 0;       // What now() says.
  TemplateObserver* observer = nullptr;  // May be null; not owned.
};

// Bounds on one expansion. Behind one the expansion is an error.
struct TemplateLimits {
  std::size_t steps = 1'000'000;  // Nodes visited.
  std::size_t output = 1 << 20;   // Bytes written, and length of a value.
  std::size_t depth = 200;        // Nested {{template}} calls.
};

// A parsed template. Immutable, safe to share by threads.
class Template {
 public:
  virtual ~Template() = default;

  // Every place that reads $labels or $externalLabels, in the text's order.
  virtual const std::vector<LabelRead>& label_reads() const = 0;

  // Every place that prints the alert's value as it is, in the text's order:
  // {{ $value }}, but not {{ $value | humanize }}.
  virtual const std::vector<base::Span>& value_prints() const = 0;

  virtual const std::vector<LaterFunction>& later_functions() const = 0;

  // Sorted by place. May miss some; what there is, is wrong.
  virtual const std::vector<TemplateMistake>& mistakes() const = 0;

  // Every "$labels.job", "$value" and their like that stand in the text itself,
  // and not in an action.
  virtual const std::vector<base::Span>& bare_variables() const = 0;

  // Every branch, in the text's order; those of {{define}}d templates too.
  virtual std::vector<TemplateBranch> branches() const = 0;

  // Whether the text has any action, {{ }}.
  virtual bool dynamic() const = 0;

  // The expanded text; an error's message is Prometheus' own.
  virtual absl::StatusOr<std::string> Execute(
      const TemplateContext& context,
      const TemplateLimits& limits = {}) const = 0;
};

// Parses `text` as a label or annotation of the alert `alert`. Null exactly
// when an error was reported; its message is Prometheus' own ("template:
// __alert_A:1: unclosed action"), its span is in `text`.
std::shared_ptr<const Template> ParseTemplate(std::string_view alert,
                                              std::string_view text,
                                              base::Diagnostics& diagnostics);

// As Prometheus fills in labels and annotations: an error's text becomes the
// value, "<error expanding template: ...>".
std::string Expand(const Template& parsed, const TemplateContext& context);

}  // namespace alerts

#endif  // ALERTS_TEMPLATES_TEMPLATE_H_
