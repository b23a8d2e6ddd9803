#include "alerts/rules/rule_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/rules/rule_reader.h"
#include "base/yaml.h"

namespace alerts {
namespace {

using base::YamlEntry;
using base::YamlNode;

std::string_view ScalarField(const YamlNode& map, std::string_view name) {
  const YamlNode* node = map.Find(name);
  return node == nullptr ? std::string_view() : node->text.text();
}

// Whether a document is a Kubernetes object; a rule file's fields are strict,
// so it never has these.
bool IsObject(const YamlNode& document) {
  return document.kind == YamlNode::Kind::kMap &&
         !ScalarField(document, "kind").empty() &&
         !ScalarField(document, "apiVersion").empty();
}

// Finds the rules in the documents of a file.
class DocumentReader {
 public:
  DocumentReader(const RuleFileOptions& options, base::Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  void Read(const YamlNode& document) {
    if (IsObject(document)) {
      ReadObject(document);
    } else {
      ReadRuleGroups(document,
                     {.ignore_unknown_fields = options_.ignore_unknown_fields},
                     diagnostics_, groups_);
    }
  }

  std::vector<Group> TakeGroups() { return std::move(groups_); }
  std::size_t skipped() const { return skipped_; }

 private:
  void ReadObject(const YamlNode& object) {
    const std::string_view kind = ScalarField(object, "kind");
    if (kind == "PrometheusRule") {
      const YamlNode* spec = object.Find("spec");
      if (spec == nullptr) return;
      ReadRuleGroups(*spec,
                     {.ignore_unknown_fields = options_.ignore_unknown_fields,
                      .operator_fields = true},
                     diagnostics_, groups_);
    } else if (kind == "ConfigMap") {
      ReadConfigMap(object);
    } else if (kind.ends_with("List")) {
      const YamlNode* items = object.Find("items");
      if (items == nullptr) return;
      for (const base::YamlNodePtr& item : items->items) {
        if (IsObject(*item)) ReadObject(*item);
      }
    } else {
      ++skipped_;
    }
  }

  // A value of a ConfigMap is a rule file when it is YAML that has `groups`.
  void ReadConfigMap(const YamlNode& object) {
    const YamlNode* data = object.Find("data");
    if (data == nullptr) return;
    for (const YamlEntry& entry : data->entries) {
      base::Diagnostics found;
      const auto documents = base::ParseYaml(entry.value->text, found);
      const bool rules =
          std::ranges::any_of(documents, [](const base::YamlNodePtr& document) {
            return document->Find("groups") != nullptr;
          });
      if (!rules) {
        ++skipped_;
        continue;
      }
      for (const base::Diagnostic& diagnostic : found.all()) {
        diagnostics_.Report(diagnostic.severity, diagnostic.code,
                            diagnostic.span, diagnostic.message,
                            diagnostic.help);
      }
      for (const base::YamlNodePtr& document : documents) Read(*document);
    }
  }

  const RuleFileOptions& options_;
  base::Diagnostics& diagnostics_;
  std::vector<Group> groups_;
  std::size_t skipped_ = 0;
};

}  // namespace

std::size_t RuleFile::rule_count() const {
  std::size_t count = 0;
  for (const Group& group : groups) count += group.rules.size();
  return count;
}

RuleFile ReadRuleFile(std::shared_ptr<const base::Source> source,
                      base::Diagnostics& diagnostics,
                      const RuleFileOptions& options) {
  DocumentReader reader(options, diagnostics);
  for (const base::YamlNodePtr& document :
       base::ParseYaml(source->text(), diagnostics)) {
    reader.Read(*document);
  }
  RuleFile file{std::move(source), reader.TakeGroups()};
  if (reader.skipped() > 0 && file.groups.empty()) {
    diagnostics.Warning("no-rules", {0, 0}, "no rules found",
                        "a rule file has `groups:`; of Kubernetes objects, "
                        "PrometheusRule and ConfigMap are read");
  }
  for (Group& group : file.groups) {
    std::erase_if(group.rules,
                  [](const Rule& rule) { return rule.expr == nullptr; });
  }
  return file;
}

std::optional<RuleFile> ParseRuleFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics,
    const RuleFileOptions& options) {
  base::Diagnostics found;
  RuleFile file = ReadRuleFile(std::move(source), found, options);
  for (const base::Diagnostic& diagnostic : found.all()) {
    diagnostics.Report(diagnostic.severity, diagnostic.code, diagnostic.span,
                       diagnostic.message, diagnostic.help);
  }
  if (!found.ok()) return std::nullopt;
  return file;
}

std::vector<TemplateField> MergedLabels(const Group& group, const Rule& rule) {
  std::vector<TemplateField> labels;
  for (const TemplateField& label : group.labels) {
    if (std::ranges::find(rule.labels, label.name, &TemplateField::name) ==
        rule.labels.end()) {
      labels.push_back(label);
    }
  }
  labels.insert(labels.end(), rule.labels.begin(), rule.labels.end());
  return labels;
}

}  // namespace alerts
