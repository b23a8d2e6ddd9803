#include "alerts/rules/rule_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/templates/template.h"
#include "base/labels.h"
#include "promql/check/parse.h"

namespace alerts {
namespace {

using base::YamlEntry;
using base::YamlNode;

// Reads the groups of one map. Field by field with the tables of ReadYamlMap,
// then Prometheus' own checks in the order of rulefmt.Rule.Validate.
class Reader {
 public:
  Reader(const RuleReaderOptions& options, base::Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  void ReadGroups(const YamlNode& node, std::vector<Group>& groups) {
    // Go leaves null items of a list of objects out.
    const auto read_group = [&](const YamlNode& item) {
      if (item.kind == YamlNode::Kind::kNull) return;
      groups.push_back(ReadGroup(item));
    };
    const auto read_list = [&](const YamlEntry& entry) {
      base::ReadYamlSequence(*entry.value, "[]rulefmt.RuleGroup", read_group,
                             diagnostics_);
    };
    base::ReadYamlMap(node, "rulefmt.RuleGroups", {{"groups", read_list}},
                      diagnostics_, options_.ignore_unknown_fields);
  }

 private:
  Group ReadGroup(const YamlNode& node) {
    Group group;
    group.span = node.span;
    const YamlNode* rules = nullptr;
    base::ReadYamlMap(
        node, "rulefmt.RuleGroup",
        {
            {"name", TextInto(group.name)},
            {"interval", TimeInto(group.interval)},
            {"query_offset", TimeInto(group.query_offset)},
            {"limit",
             [&](const YamlEntry& entry) {
               group.limit = base::ReadYamlInteger(*entry.value, diagnostics_)
                                 .value_or(0);
             }},
            {"labels", TemplatesInto(group.labels, /*keep_null=*/false)},
            {"rules",
             [&](const YamlEntry& entry) { rules = entry.value.get(); }},
            {"partial_response_strategy",
             [&](const YamlEntry& entry) { OperatorField(entry); }},
        },
        diagnostics_, options_.ignore_unknown_fields);
    CheckGroup(group, node);
    if (rules == nullptr) return group;
    const auto read_rule = [&](const YamlNode& item) {
      if (item.kind == YamlNode::Kind::kNull) return;
      group.rules.push_back(
          ReadRule(item, group.name.view(), group.rules.size() + 1));
    };
    base::ReadYamlSequence(*rules, "[]rulefmt.Rule", read_rule, diagnostics_);
    return group;
  }

  void OperatorField(const YamlEntry& entry) {
    if (options_.operator_fields || options_.ignore_unknown_fields) return;
    diagnostics_.Error(
        "unknown-field", entry.key->span,
        absl::StrFormat("field %s not found in type rulefmt.RuleGroup",
                        entry.key->text.text()));
  }

  void CheckGroup(const Group& group, const YamlNode& node) {
    if (group.name.view().empty()) {
      diagnostics_.Error("group-name", Start(node.span),
                         "Groupname must not be empty");
    } else if (!names_.insert(std::string(group.name.view())).second) {
      diagnostics_.Error(
          "group-name", group.name.span,
          absl::StrFormat("groupname: \"%s\" is repeated in the same file",
                          group.name.view()));
    }
    for (const TemplateField& label : group.labels) {
      if (label.name.empty() || label.name == base::kMetricName) {
        diagnostics_.Error(
            "label-name", label.name_span,
            absl::StrFormat("group \"%s\": invalid label name: %s",
                            group.name.view(), label.name));
      }
    }
  }

  Rule ReadRule(const YamlNode& node, std::string_view group,
                std::size_t number) {
    Rule rule;
    rule.span = node.span;
    rule.number = number;
    Text record;
    Text alert;
    base::ReadYamlMap(
        node, "rulefmt.Rule",
        {
            {"record", TextInto(record)},
            {"alert", TextInto(alert)},
            {"expr", TextInto(rule.expr_text)},
            {"for", TimeInto(rule.for_duration)},
            {"keep_firing_for", TimeInto(rule.keep_firing_for)},
            {"labels", TemplatesInto(rule.labels, /*keep_null=*/false)},
            {"annotations",
             TemplatesInto(rule.annotations, /*keep_null=*/true)},
        },
        diagnostics_, options_.ignore_unknown_fields);
    rule.kind =
        record.view().empty() ? Rule::Kind::kAlert : Rule::Kind::kRecord;
    const bool both = !record.view().empty() && !alert.view().empty();
    rule.name =
        rule.kind == Rule::Kind::kAlert ? std::move(alert) : std::move(record);
    prefix_ = absl::StrFormat("group \"%s\", rule %d, \"%s\": ", group, number,
                              rule.name.view());
    if (both) {
      Error("rule", rule.name.span,
            "only one of 'record' and 'alert' must be set");
    } else if (rule.name.view().empty()) {
      Error("rule", Start(node.span), "one of 'record' or 'alert' must be set");
    }
    ReadExpression(rule);
    if (rule.kind == Rule::Kind::kRecord) CheckRecord(rule);
    CheckNames(rule);
    if (rule.kind == Rule::Kind::kAlert) CheckTemplates(rule);
    return rule;
  }

  void ReadExpression(Rule& rule) {
    const std::string_view text = rule.expr_text.view();
    if (text.empty()) {
      const base::Span at =
          rule.name.view().empty() ? Start(rule.span) : rule.name.span;
      Error("expression", at, "field 'expr' must be set in rule");
      return;
    }
    base::Diagnostics found;
    rule.expr = promql::Parse(text, found);
    if (found.all().empty()) return;
    const base::Source source("", std::string(text));
    bool first = true;
    for (const base::Diagnostic& diagnostic : found.all()) {
      const base::Span at = rule.expr_text.text.Outer(diagnostic.span);
      if (diagnostic.severity != base::Severity::kError) {
        diagnostics_.Report(diagnostic.severity, diagnostic.code, at,
                            prefix_ + diagnostic.message, diagnostic.help);
        continue;
      }
      const base::Position in_text = source.PositionAt(diagnostic.span.begin);
      const std::string message =
          first ? promql::PrometheusError(text, found)
                : absl::StrFormat("%d:%d: parse error: %s", in_text.line,
                                  in_text.column, diagnostic.message);
      diagnostics_.Error(
          diagnostic.code, at,
          absl::StrFormat("%scould not parse expression: %s", prefix_, message),
          diagnostic.help);
      first = false;
    }
  }

  void CheckRecord(const Rule& rule) {
    if (!rule.annotations.empty()) {
      Error("record-field", rule.annotations.front().name_span,
            "invalid field 'annotations' in recording rule");
    }
    if (rule.for_duration.value != 0) {
      Error("record-field", rule.for_duration.span,
            "invalid field 'for' in recording rule");
    }
    if (rule.keep_firing_for.value != 0) {
      Error("record-field", rule.keep_firing_for.span,
            "invalid field 'keep_firing_for' in recording rule");
    }
    if (rule.name.view().find_first_of("{}") != std::string_view::npos) {
      Error("record-name", rule.name.span,
            absl::StrFormat("braces present in the recording rule name; should "
                            "it be in expr?: %s",
                            rule.name.view()));
    }
  }

  // Any UTF-8 but the empty text is a name since Prometheus 3, and all of the
  // file is UTF-8.
  void CheckNames(const Rule& rule) {
    for (const TemplateField& label : rule.labels) {
      if (label.name.empty() || label.name == base::kMetricName) {
        Error("label-name", label.name_span,
              absl::StrFormat("invalid label name: %s", label.name));
      }
    }
    for (const TemplateField& annotation : rule.annotations) {
      if (annotation.name.empty()) {
        Error("annotation-name", annotation.name_span,
              absl::StrFormat("invalid annotation name: %s", annotation.name));
      }
    }
  }

  void CheckTemplates(Rule& rule) {
    for (TemplateField& label : rule.labels) {
      CheckTemplate(rule, "label", label);
    }
    for (TemplateField& annotation : rule.annotations) {
      CheckTemplate(rule, "annotation", annotation);
    }
  }

  void CheckTemplate(const Rule& rule, std::string_view what,
                     TemplateField& field) {
    // A text without an action is its own result.
    if (field.value.view().find("{{") == std::string_view::npos) return;
    base::Diagnostics found;
    field.parsed = ParseTemplate(rule.name.view(), field.value.view(), found);
    for (const base::Diagnostic& diagnostic : found.all()) {
      diagnostics_.Report(diagnostic.severity, diagnostic.code,
                          field.value.text.Outer(diagnostic.span),
                          absl::StrFormat("%s%s \"%s\": %s", prefix_, what,
                                          field.name, diagnostic.message),
                          diagnostic.help);
    }
  }

  std::function<void(const YamlEntry&)> TextInto(Text& into) {
    return [this, &into](const YamlEntry& entry) {
      base::ReadYamlString(*entry.value, diagnostics_);
      into.text = entry.value->text;
      into.span = entry.value->span;
    };
  }

  std::function<void(const YamlEntry&)> TimeInto(TimeField& into) {
    return [this, &into](const YamlEntry& entry) {
      // Go leaves a field as it was when the value is null.
      if (entry.value->kind == YamlNode::Kind::kNull) return;
      into.span = entry.value->span;
      into.given = true;
      into.value =
          base::ReadYamlDuration(*entry.value, diagnostics_).value_or(0);
    };
  }

  std::function<void(const YamlEntry&)> TemplatesInto(
      std::vector<TemplateField>& into, bool keep_null) {
    return [this, &into, keep_null](const YamlEntry& entry) {
      const YamlNode& map = *entry.value;
      if (map.kind != YamlNode::Kind::kMap) {
        base::ReadYamlMap(map, "map[string]string", {}, diagnostics_);
        return;
      }
      for (const YamlEntry& field : map.entries) {
        const bool null = field.value->kind == YamlNode::Kind::kNull;
        base::ReadYamlString(*field.value, diagnostics_);
        const auto name = base::ReadYamlString(*field.key, diagnostics_);
        if (!name || (null && !keep_null)) continue;
        into.push_back(
            {*name, field.key->span, {field.value->text, field.value->span}});
      }
    };
  }

  void Error(std::string_view code, base::Span span, std::string message) {
    diagnostics_.Error(code, span, prefix_ + message);
  }

  // The first letter of a thing of many lines.
  static base::Span Start(base::Span span) {
    return {span.begin, std::min(span.end, span.begin + 1)};
  }

  const RuleReaderOptions& options_;
  base::Diagnostics& diagnostics_;
  std::set<std::string> names_;
  std::string prefix_;  // group "g", rule 1, "A":
};

}  // namespace

void ReadRuleGroups(const base::YamlNode& node,
                    const RuleReaderOptions& options,
                    base::Diagnostics& diagnostics,
                    std::vector<Group>& groups) {
  Reader(options, diagnostics).ReadGroups(node, groups);
}

}  // namespace alerts
