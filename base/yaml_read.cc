// Strict reading of YAML trees: base/yaml.h's second half.

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "base/yaml.h"
#include "base/yaml_scalar.h"

namespace base {
namespace {

// What a message shows of a longer text (Go counts bytes).
constexpr std::size_t kLongestShown = 10;
constexpr std::size_t kShownOfLonger = 7;

std::string_view Tag(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "!!null";
    case YamlNode::Kind::kScalar:
      if (!node.tag.empty()) return node.tag;
      return node.plain ? YamlTypeOf(node.text.text()) : "!!str";
    case YamlNode::Kind::kSequence:
      return "!!seq";
    case YamlNode::Kind::kMap:
      return "!!map";
  }
  return "";
}

// The beginning of a longer text, no character of it cut in two.
std::string_view WholeCharacters(std::string_view text) {
  std::size_t end = kShownOfLonger;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// "cannot unmarshal !!seq into rulefmt.Rule", as Go's yaml says it.
void ReportKind(const YamlNode& node, std::string_view type,
                Diagnostics& diagnostics) {
  std::string text;
  if (node.kind == YamlNode::Kind::kScalar) {
    const std::string_view all = node.text.text();
    text = all.size() > kLongestShown
               ? absl::StrFormat(" `%s...`", WholeCharacters(all))
               : absl::StrFormat(" `%s`", all);
  }
  diagnostics.Error(
      "wrong-kind", node.span,
      absl::StrFormat("cannot unmarshal %s%s into %s", Tag(node), text, type));
}

// What Go tells the type of by the text: no quotes, or a tag that says it.
bool IsTyped(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar &&
         (node.plain ||
          (!node.tag.empty() && node.tag != "!!str" && node.tag != "!!binary"));
}

}  // namespace

const YamlEntry* YamlNode::FindEntry(std::string_view key) const {
  const auto found = std::ranges::find_if(entries, [&](const YamlEntry& entry) {
    return entry.key->kind == Kind::kScalar && entry.key->text.text() == key;
  });
  return found == entries.end() ? nullptr : &*found;
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  const YamlEntry* entry = FindEntry(key);
  return entry == nullptr ? nullptr : entry->value.get();
}

void ReadYamlMap(const YamlNode& node, std::string_view type,
                 std::initializer_list<YamlField> fields,
                 Diagnostics& diagnostics, bool ignore_unknown) {
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMap) {
    ReportKind(node, type, diagnostics);
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    if (entry.key->kind == YamlNode::Kind::kNull) {
      diagnostics.Warning("yaml-ignored", entry.value->span,
                          "a field without a name is ignored");
      continue;
    }
    const std::string_view name = entry.key->text.text();
    const auto field = std::ranges::find(fields, name, &YamlField::name);
    if (field != fields.end()) {
      field->read(entry);
      continue;
    }
    if (ignore_unknown) continue;
    std::vector<std::string_view> names;
    for (const YamlField& known : fields) names.push_back(known.name);
    const std::string_view near = Nearest(name, names);
    diagnostics.Error(
        "unknown-field", entry.key->span,
        absl::StrFormat("field %s not found in type %s", name, type),
        near.empty() ? std::string()
                     : absl::StrFormat("did you mean \"%s\"?", near));
  }
}

void ReadYamlSequence(const YamlNode& node, std::string_view type,
                      const std::function<void(const YamlNode&)>& read,
                      Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kSequence) {
    ReportKind(node, type, diagnostics);
    return;
  }
  for (const YamlNodePtr& item : node.items) read(*item);
}

std::optional<std::string> ReadYamlString(const YamlNode& node,
                                          Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kNull) return std::string();
  if (node.kind == YamlNode::Kind::kScalar) {
    return std::string(node.text.text());
  }
  ReportKind(node, "string", diagnostics);
  return std::nullopt;
}

std::optional<std::int64_t> ReadYamlInteger(const YamlNode& node,
                                            Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kNull) return 0;
  const auto number =
      IsTyped(node) ? ParseYamlNumber(node.text.text()) : std::nullopt;
  if (number && number->index() == 0) return std::get<0>(*number);
  // Go cuts the fraction off.
  constexpr double kMost = 9.2e18;
  if (number && std::fabs(std::get<1>(*number)) < kMost) {
    return static_cast<std::int64_t>(std::get<1>(*number));
  }
  ReportKind(node, "int", diagnostics);
  return std::nullopt;
}

std::optional<double> ReadYamlNumber(const YamlNode& node,
                                     Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kNull) return 0;
  if (IsTyped(node)) {
    if (const auto number = ParseYamlNumber(node.text.text())) {
      return number->index() == 0 ? static_cast<double>(std::get<0>(*number))
                                  : std::get<1>(*number);
    }
  }
  ReportKind(node, "float64", diagnostics);
  return std::nullopt;
}

std::optional<bool> ReadYamlBool(const YamlNode& node,
                                 Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kNull) return false;
  if (IsTyped(node)) {
    if (const auto value = ParseOldYamlBool(node.text.text())) return value;
  }
  ReportKind(node, "bool", diagnostics);
  return std::nullopt;
}

std::optional<Duration> ReadYamlDuration(const YamlNode& node,
                                         Diagnostics& diagnostics) {
  const std::optional<std::string> text = ReadYamlString(node, diagnostics);
  if (!text) return std::nullopt;
  std::string error;
  const auto duration = ParseDuration(*text, &error);
  if (!duration) {
    diagnostics.Error("duration", node.span, std::move(error),
                      "a number and a unit, such as 90s, 5m or 1h30m");
  }
  return duration;
}

}  // namespace base
