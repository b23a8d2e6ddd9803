// Rule files: what Prometheus reads, with the place of everything.

#ifndef ALERTS_RULES_RULE_FILE_H_
#define ALERTS_RULES_RULE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/syntax/tree.h"

namespace alerts {

// A text of the file and where it stands, quotes and all. Each byte of `text`
// maps to its place: text.Outer(span).
struct Text {
  base::Excerpt text;
  base::Span span;

  std::string_view view() const { return text.text(); }
};

// A duration and where it was written; {0, 0} when it was not.
struct TimeField {
  base::Duration value = 0;
  base::Span span;
  bool given = false;
};

class Template;

// One label or annotation; `value` is a template.
struct TemplateField {
  std::string name;
  base::Span name_span;
  Text value;
  // Of an alert's own; null when it is wrong or has no action.
  std::shared_ptr<const Template> parsed = nullptr;
};

struct Rule {
  enum class Kind { kAlert, kRecord };
  Kind kind = Kind::kAlert;
  Text name;  // The alert's, or the recorded metric's.
  Text expr_text;
  promql::ExprPtr expr;  // Spans are in expr_text. Never null in a RuleFile.
  TimeField for_duration;
  TimeField keep_firing_for;
  // In the file's order, without null ones. The group's labels are not here:
  // see MergedLabels.
  std::vector<TemplateField> labels;
  std::vector<TemplateField> annotations;
  base::Span span;
  std::size_t number = 1;  // In its group, from 1.
};

struct Group {
  Text name;
  TimeField interval;  // Not given: the server's.
  TimeField query_offset;
  std::int64_t limit = 0;  // 0: none.
  std::vector<TemplateField> labels;
  std::vector<Rule> rules;
  base::Span span;
};

struct RuleFile {
  std::shared_ptr<const base::Source> source;
  std::vector<Group> groups;

  std::size_t rule_count() const;
};

struct RuleFileOptions {
  bool ignore_unknown_fields = false;
};

// Reads a rule file as Prometheus 3.14 accepts it (YAML or JSON, strict
// fields), and beyond it PrometheusRule objects, lists of them, ConfigMaps
// that hold rule files and several YAML documents; documents of other
// Kubernetes kinds are skipped. Nothing exactly when an error was reported:
// every problem is, at its place in `source`, the first sentence promtool's:
//   group "g", rule 1, "A": could not parse expression: 1:7: parse error: ...
// REQUIRES: source != nullptr
std::optional<RuleFile> ParseRuleFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics,
    const RuleFileOptions& options = {});

// The same, but what can be read of an invalid file: without the rules whose
// expression is wrong, and nothing when the YAML is.
RuleFile ReadRuleFile(std::shared_ptr<const base::Source> source,
                      base::Diagnostics& diagnostics,
                      const RuleFileOptions& options = {});

// The labels a rule adds: the group's and, over them, its own; in that order,
// each name once.
std::vector<TemplateField> MergedLabels(const Group& group, const Rule& rule);

}  // namespace alerts

#endif  // ALERTS_RULES_RULE_FILE_H_
