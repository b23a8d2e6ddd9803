#include "alerts/rules/rule_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/templates/template.h"
#include "base/labels.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "promql/check/parse.h"

namespace alerts {
namespace {

using base::YamlEntry;
using base::YamlNode;

// A rule that is to be read, and its place among the groups.
struct PendingRule {
  const YamlNode* node = nullptr;
  std::size_t group = 0;
  std::size_t rule = 0;
};

// Reads groups and rules. Field by field with the tables of ReadYamlMap, then
// Prometheus' own checks in the order of rulefmt.Rule.Validate.
class RuleReader {
 public:
  RuleReader(const RuleReaderOptions& options, base::Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  // A group with its rules still empty: those to read go to `rules`, of the
  // group at `index`.
  Group ReadGroup(const YamlNode& node, std::size_t index,
                  std::set<std::string>& names,
                  std::vector<PendingRule>& rules) {
    Group group;
    group.span = node.span;
    const YamlNode* list = nullptr;
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
            {"labels", TemplatesInto(group.labels)},
            {"rules",
             [&](const YamlEntry& entry) { list = entry.value.get(); }},
            {"partial_response_strategy",
             [&](const YamlEntry& entry) { OperatorField(entry); }},
        },
        diagnostics_, options_.ignore_unknown_fields);
    CheckGroup(group, node, names);
    if (list == nullptr) return group;
    // Go leaves null items of a list of objects out.
    std::size_t count = 0;
    const auto add_rule = [&](const YamlNode& item) {
      if (item.kind == YamlNode::Kind::kNull) return;
      rules.push_back({&item, index, count++});
    };
    base::ReadYamlSequence(*list, "[]rulefmt.Rule", add_rule, diagnostics_);
    group.rules.resize(count);
    return group;
  }

  Rule ReadRule(const YamlNode& node, std::string_view group,
                std::size_t number) {
    Rule rule;
    rule.span = node.span;
    rule.number = number;
    Text record;
    Text alert;
    base::ReadYamlMap(node, "rulefmt.Rule",
                      {
                          {"record", TextInto(record)},
                          {"alert", TextInto(alert)},
                          {"expr", TextInto(rule.expr_text)},
                          {"for", TimeInto(rule.for_duration)},
                          {"keep_firing_for", TimeInto(rule.keep_firing_for)},
                          {"labels", TemplatesInto(rule.labels)},
                          {"annotations", TemplatesInto(rule.annotations)},
                      },
                      diagnostics_, options_.ignore_unknown_fields);
    rule.kind =
        record.view().empty() ? Rule::Kind::kAlert : Rule::Kind::kRecord;
    const bool both = !record.view().empty() && !alert.view().empty();
    // Of one that is both, messages name the alert.
    prefix_ = absl::StrFormat(
        "group %s, rule %d, %s: ", base::Quote(group), number,
        base::Quote(alert.view().empty() ? record.view() : alert.view()));
    rule.name =
        rule.kind == Rule::Kind::kAlert ? std::move(alert) : std::move(record);
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

 private:
  void OperatorField(const YamlEntry& entry) {
    if (options_.operator_fields || options_.ignore_unknown_fields) return;
    diagnostics_.Error(
        "unknown-field", entry.key->span,
        absl::StrFormat("field %s not found in type rulefmt.RuleGroup",
                        entry.key->text.text()));
  }

  void CheckGroup(const Group& group, const YamlNode& node,
                  std::set<std::string>& names) {
    if (group.name.view().empty()) {
      diagnostics_.Error("group-name", Start(node.span),
                         "Groupname must not be empty");
    } else if (!names.insert(std::string(group.name.view())).second) {
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
  // file is UTF-8, but for what !!binary decodes to.
  void CheckNames(const Rule& rule) {
    for (const TemplateField& label : rule.labels) {
      if (!base::IsUtf8(label.value.text.text())) {
        Error("label-value", label.value.span,
              absl::StrFormat("invalid label value: %s", label.value.view()));
      }
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
      diagnostics_.Report(
          diagnostic.severity, diagnostic.code,
          field.value.text.Outer(diagnostic.span),
          absl::StrFormat("%s%s %s: %s", prefix_, what, base::Quote(field.name),
                          diagnostic.message),
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

  // A value of null is an empty text.
  std::function<void(const YamlEntry&)> TemplatesInto(
      std::vector<TemplateField>& into) {
    return [this, &into](const YamlEntry& entry) {
      const YamlNode& map = *entry.value;
      if (map.kind != YamlNode::Kind::kMap) {
        base::ReadYamlMap(map, "map[string]string", {}, diagnostics_);
        return;
      }
      for (const YamlEntry& field : map.entries) {
        // Go passes over a key of null.
        if (field.key->kind == YamlNode::Kind::kNull) continue;
        base::ReadYamlString(*field.value, diagnostics_);
        const auto name = base::ReadYamlString(*field.key, diagnostics_);
        if (!name) continue;
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
  std::string prefix_;  // group "g", rule 1, "A":
};

// Fewer are not worth a thread.
constexpr std::size_t kRulesReadAThread = 200;

// Reads the rules, on several threads when there are many; what is wrong with
// each is in its row of the result.
std::vector<base::Diagnostics> ReadRules(const std::vector<PendingRule>& rules,
                                         const RuleReaderOptions& options,
                                         std::vector<Group>& groups) {
  std::vector<base::Diagnostics> found(rules.size());
  const std::size_t workers = std::clamp<std::size_t>(
      rules.size() / kRulesReadAThread, 1, base::HardwareThreads());
  base::ForEachInParallel(workers, workers, [&](std::size_t worker) {
    const std::size_t end = rules.size() * (worker + 1) / workers;
    for (std::size_t i = rules.size() * worker / workers; i < end; ++i) {
      Group& group = groups[rules[i].group];
      group.rules[rules[i].rule] =
          RuleReader(options, found[i])
              .ReadRule(*rules[i].node, group.name.view(), rules[i].rule + 1);
    }
  });
  return found;
}

}  // namespace

void ReadRuleGroups(const base::YamlNode& node,
                    const RuleReaderOptions& options,
                    base::Diagnostics& diagnostics,
                    std::vector<Group>& groups) {
  std::set<std::string> names;
  std::vector<PendingRule> rules;
  std::vector<base::Diagnostics> of_groups;
  const std::size_t first = groups.size();
  const auto read_group = [&](const YamlNode& item) {
    if (item.kind == YamlNode::Kind::kNull) return;
    RuleReader reader(options, of_groups.emplace_back());
    groups.push_back(reader.ReadGroup(item, groups.size(), names, rules));
  };
  const auto read_list = [&](const YamlEntry& entry) {
    base::ReadYamlSequence(*entry.value, "[]rulefmt.RuleGroup", read_group,
                           diagnostics);
  };
  base::ReadYamlMap(node, "rulefmt.RuleGroups", {{"groups", read_list}},
                    diagnostics, options.ignore_unknown_fields);
  std::vector<base::Diagnostics> of_rules = ReadRules(rules, options, groups);
  std::size_t next = 0;
  for (std::size_t i = 0; i < of_groups.size(); ++i) {
    diagnostics.Append(std::move(of_groups[i]));
    for (; next < rules.size() && rules[next].group == first + i; ++next) {
      diagnostics.Append(std::move(of_rules[next]));
    }
  }
}

}  // namespace alerts
