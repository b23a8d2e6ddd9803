#include "rollwatch/settings_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"
#include "rollwatch/files.h"
#include "rollwatch/findings.h"

namespace rollwatch {
namespace {

using base::YamlNode;

// The scalars of a value: one, or those of a list.
std::vector<std::string> ReadValues(const YamlNode& node,
                                    base::Diagnostics& diagnostics) {
  std::vector<std::string> values;
  const auto read = [&](const YamlNode& item) {
    auto value = base::ReadYamlString(item, diagnostics);
    if (value) values.push_back(*std::move(value));
  };
  if (node.kind == YamlNode::Kind::kSequence) {
    for (const base::YamlNodePtr& item : node.items) read(*item);
  } else {
    read(node);
  }
  return values;
}

void ApplyEntry(const base::YamlEntry& entry, const std::string& folder,
                CommandLine& line, base::Diagnostics& diagnostics) {
  const std::string name(entry.key->text.text());
  const std::vector<std::string> settings = line.SettingNames();
  if (std::find(settings.begin(), settings.end(), name) == settings.end()) {
    const std::string_view near =
        base::Nearest(name, {settings.begin(), settings.end()});
    diagnostics.Error(
        "settings-key", entry.key->span,
        absl::StrFormat("no flag is called --%s", name),
        near.empty() ? "" : absl::StrFormat("did you mean \"%s\"?", near));
    return;
  }
  base::Diagnostics found;
  const std::vector<std::string> values = ReadValues(*entry.value, found);
  for (const base::Diagnostic& diagnostic : found.all()) {
    diagnostics.Error(diagnostic.code, diagnostic.span, diagnostic.message,
                      diagnostic.help);
  }
  if (!found.ok()) return;
  const bool list = entry.value->kind == YamlNode::Kind::kSequence;
  const std::string problem = line.Set(name, values, list, folder);
  if (!problem.empty()) {
    diagnostics.Error("settings-value", entry.value->span, problem);
  }
}

// "web.listen-address" is ROLLWATCH_WEB_LISTEN_ADDRESS.
std::string VariableOf(std::string_view name) {
  std::string variable = "ROLLWATCH_";
  for (const char c : name) {
    const bool letter = c >= 'a' && c <= 'z';
    variable += letter ? static_cast<char>(c - 'a' + 'A') : '_';
  }
  return variable;
}

}  // namespace

void ApplySettings(const YamlNode& map, const std::string& folder,
                   CommandLine& line, base::Diagnostics& diagnostics) {
  if (map.kind == YamlNode::Kind::kNull) return;
  if (map.kind != YamlNode::Kind::kMap) {
    diagnostics.Error("settings-documents", map.span,
                      "the settings are a map of flags and their values");
  }
  for (const base::YamlEntry& entry : map.entries) {
    ApplyEntry(entry, folder, line, diagnostics);
  }
}

std::optional<int> ApplyEnvironment(CommandLine& line) {
  for (const std::string& name : line.SettingNames()) {
    const std::string variable = VariableOf(name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    const std::string problem = line.Set(name, {value}, /*list=*/false, "");
    if (!problem.empty()) {
      return WrongUse(line.name(),
                      absl::StrFormat("%s: %s", variable, problem));
    }
  }
  return std::nullopt;
}

std::string FindSettingsFile() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::current_path(error);
  while (!error) {
    const std::filesystem::path file = folder / kSettingsFile;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) {
      return file.lexically_relative(std::filesystem::current_path(error))
          .string();
    }
    if (!folder.has_relative_path()) break;
    folder = folder.parent_path();
  }
  return {};
}

std::optional<int> ApplySettingsFile(const std::string& path,
                                     CommandLine& line) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    return WrongUse(line.name(), std::string(text.status().message()));
  }
  const base::Source source(path, *std::move(text));
  base::Diagnostics diagnostics;
  const std::vector<base::YamlNodePtr> documents =
      base::ParseYaml(source.text(), diagnostics);
  if (documents.size() > 1) {
    diagnostics.Error("settings-documents", documents[1]->span,
                      "the settings are one document");
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!documents.empty()) {
    ApplySettings(*documents[0], folder, line, diagnostics);
  }
  PrintFindings(stderr, source, diagnostics);
  if (diagnostics.ok()) return std::nullopt;
  return kExitWrongUse;
}

}  // namespace rollwatch
