#include "alerts/rules/rule_parts.h"

#include <algorithm>
#include <string_view>
#include <utility>

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

std::string NameOf(const YamlNode& object) {
  const YamlNode* metadata = object.Find("metadata");
  if (metadata == nullptr) return {};
  return std::string(ScalarField(*metadata, "name"));
}

class PartFinder {
 public:
  explicit PartFinder(base::Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {}

  void Read(const base::YamlNodePtr& document, const std::string& name) {
    if (IsObject(*document)) {
      ReadObject(*document);
    } else {
      found_.parts.push_back({document, false, name});
    }
  }

  RuleParts Take() { return std::move(found_); }

 private:
  void ReadObject(const YamlNode& object) {
    const std::string_view kind = ScalarField(object, "kind");
    if (kind == "PrometheusRule") {
      const YamlEntry* spec = object.FindEntry("spec");
      if (spec == nullptr) return;
      found_.parts.push_back({spec->value, true, NameOf(object)});
    } else if (kind == "ConfigMap") {
      ReadConfigMap(object);
    } else if (kind.ends_with("List")) {
      const YamlNode* items = object.Find("items");
      if (items == nullptr) return;
      for (const base::YamlNodePtr& item : items->items) {
        if (IsObject(*item)) ReadObject(*item);
      }
    } else {
      ++found_.skipped;
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
        ++found_.skipped;
        continue;
      }
      for (const base::Diagnostic& diagnostic : found.all()) {
        diagnostics_.Report(diagnostic.severity, diagnostic.code,
                            diagnostic.span, diagnostic.message,
                            diagnostic.help);
      }
      for (const base::YamlNodePtr& document : documents) {
        Read(document, std::string(entry.key->text.text()));
      }
    }
  }

  base::Diagnostics& diagnostics_;
  RuleParts found_;
};

}  // namespace

RuleParts FindRuleParts(const std::vector<base::YamlNodePtr>& documents,
                        base::Diagnostics& diagnostics) {
  PartFinder finder(diagnostics);
  for (const base::YamlNodePtr& document : documents) finder.Read(document, "");
  // A rule file of Prometheus, and not the output of some tool.
  if (!documents.empty() && !IsObject(*documents.front())) {
    const auto next =
        std::find_if(documents.begin() + 1, documents.end(),
                     [](const base::YamlNodePtr& document) {
                       return document->kind != YamlNode::Kind::kNull;
                     });
    if (next != documents.end()) {
      const base::Span at = (*next)->span;
      diagnostics.Warning("yaml-ignored",
                          {at.begin, std::min(at.end, at.begin + 1)},
                          "Prometheus reads only the first document of a file",
                          "a file for each");
    }
  }
  return finder.Take();
}

}  // namespace alerts
