#include "rollwatch/config.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "base/yaml.h"
#include "rollwatch/files.h"
#include "rollwatch/settings_file.h"

namespace rollwatch {
namespace {

// Each is a series of every metric, present from the start.
constexpr std::size_t kMostNames = 1000;
constexpr std::size_t kLongestName = 256;

void ReadNames(const base::YamlNode& node, std::string_view type,
               std::vector<std::string>& names,
               base::Diagnostics& diagnostics) {
  names.clear();
  base::ReadYamlSequence(
      node, type,
      [&](const base::YamlNode& item) {
        std::optional<std::string> name =
            base::ReadYamlString(item, diagnostics);
        if (!name) return;
        if (name->empty() || name->size() > kLongestName) {
          diagnostics.Error(
              "config-name", item.span,
              absl::StrFormat("a name has 1 to %d bytes", kLongestName));
        } else if (std::find(names.begin(), names.end(), *name) !=
                   names.end()) {
          diagnostics.Error("config-name", item.span,
                            absl::StrFormat("\"%s\" stands here twice", *name));
        } else {
          names.push_back(*std::move(name));
        }
      },
      diagnostics);
  if (names.size() > kMostNames) {
    diagnostics.Error("config-name", node.span,
                      absl::StrFormat("at most %d names", kMostNames));
  }
}

base::Labels ReadLabels(const base::YamlNode& node,
                        base::Diagnostics& diagnostics) {
  base::LabelsBuilder labels;
  if (node.kind != base::YamlNode::Kind::kMap) {
    diagnostics.Error("config-labels", node.span,
                      "external_labels is a map of names and values");
    return {};
  }
  for (const base::YamlEntry& entry : node.entries) {
    const std::optional<std::string> name =
        base::ReadYamlString(*entry.key, diagnostics);
    const std::optional<std::string> value =
        base::ReadYamlString(*entry.value, diagnostics);
    if (!name || !value) continue;
    if (!base::IsLegacyLabelName(*name)) {
      diagnostics.Error("config-labels", entry.key->span,
                        absl::StrFormat("\"%s\" is no label name", *name));
      continue;
    }
    labels.Set(*name, *value);
  }
  return labels.Build();
}

TokenConfig ReadToken(const base::YamlNode& node, const std::string& folder,
                      base::Diagnostics& diagnostics) {
  TokenConfig token;
  base::ReadYamlMap(
      node, "token",
      {{"name",
        [&](const base::YamlEntry& entry) {
          token.name =
              base::ReadYamlString(*entry.value, diagnostics).value_or("");
        }},
       {"file",
        [&](const base::YamlEntry& entry) {
          token.file =
              base::ReadYamlString(*entry.value, diagnostics).value_or("");
          if (!token.file.starts_with('/')) token.file = folder + token.file;
        }},
       {"environments",
        [&](const base::YamlEntry& entry) {
          ReadNames(*entry.value, "environments", token.environments,
                    diagnostics);
        }}},
      diagnostics);
  if (token.name.empty() || token.file.empty()) {
    diagnostics.Error("config-token", node.span,
                      "a token has a name and a file");
  }
  return token;
}

Config ReadDocument(const base::YamlNode& document, const std::string& folder,
                    CommandLine* serve, base::Diagnostics& diagnostics) {
  Config config;
  base::ReadYamlMap(
      document, "the configuration",
      {{"environments",
        [&](const base::YamlEntry& entry) {
          ReadNames(*entry.value, "environments", config.schema.environments,
                    diagnostics);
          if (config.schema.environments.empty()) {
            diagnostics.Error("config-name", entry.value->span,
                              "at least one environment");
          }
        }},
       {"workflows",
        [&](const base::YamlEntry& entry) {
          ReadNames(*entry.value, "workflows", config.schema.workflows,
                    diagnostics);
        }},
       {"external_labels",
        [&](const base::YamlEntry& entry) {
          config.external_labels = ReadLabels(*entry.value, diagnostics);
        }},
       {"tokens",
        [&](const base::YamlEntry& entry) {
          base::ReadYamlSequence(
              *entry.value, "tokens",
              [&](const base::YamlNode& item) {
                config.tokens.push_back(ReadToken(item, folder, diagnostics));
              },
              diagnostics);
        }},
       {"flags",
        [&](const base::YamlEntry& entry) {
          if (serve == nullptr) return;
          ApplySettings(*entry.value, folder, *serve, diagnostics);
        }}},
      diagnostics);
  return config;
}

// A list of texts, each quoted.
std::string Flow(const std::vector<std::string>& texts) {
  std::string flow;
  for (const std::string& text : texts) {
    flow += (flow.empty() ? "" : ", ") + base::JsonQuote(text);
  }
  return "[" + flow + "]";
}

// Flags that say what to do now, or where this is read from.
constexpr std::string_view kNotConfigured[] = {"config.file", "print-config",
                                               "version"};

}  // namespace

std::string WriteConfig(const Config& config, const CommandLine& serve) {
  std::string text = absl::StrFormat("environments: %s\nworkflows: %s\n",
                                     Flow(config.schema.environments),
                                     Flow(config.schema.workflows));
  text += "external_labels:";
  if (config.external_labels.empty()) text += " {}";
  text += "\n";
  for (const base::Label& label : config.external_labels) {
    absl::StrAppendFormat(&text, "  %s: %s\n", label.name,
                          base::JsonQuote(label.value));
  }
  text += config.tokens.empty() ? "tokens: []\n" : "tokens:\n";
  for (const TokenConfig& token : config.tokens) {
    absl::StrAppendFormat(&text, "- name: %s\n  file: %s\n",
                          base::JsonQuote(token.name),
                          base::JsonQuote(token.file));
    if (token.environments.empty()) continue;
    absl::StrAppendFormat(&text, "  environments: %s\n",
                          Flow(token.environments));
  }
  text += "flags:\n";
  for (const std::string& name : serve.SettingNames()) {
    if (std::ranges::count(kNotConfigured, name) > 0) continue;
    const std::vector<std::string> values = serve.ValuesOf(name);
    absl::StrAppendFormat(
        &text, "  %s: %s\n", name,
        values.size() == 1 ? base::JsonQuote(values[0]) : Flow(values));
  }
  return text;
}

absl::StatusOr<Config> ReadConfig(const std::string& path, CommandLine* serve) {
  if (path.empty()) return Config();
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  const base::Source source(path, *std::move(text));
  base::Diagnostics diagnostics;
  const std::vector<base::YamlNodePtr> documents =
      base::ParseYaml(source.text(), diagnostics);
  Config config;
  if (documents.size() > 1) {
    diagnostics.Error("config-documents", documents[1]->span,
                      "a configuration is one document");
  } else if (!documents.empty()) {
    config = ReadDocument(*documents[0], path.substr(0, path.rfind('/') + 1),
                          serve, diagnostics);
  }
  if (diagnostics.ok()) return config;
  std::string problems;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    problems += base::Render(source, diagnostic);
  }
  return absl::InvalidArgumentError(problems);
}

}  // namespace rollwatch
