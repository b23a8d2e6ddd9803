#include "rollwatch/folders.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

bool HasAny(const base::YamlNode& document,
            std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) {
    return document.Find(key) != nullptr;
  });
}

// In a folder only files of the kind are meant: not a values.yml, nor the tests
// beside the rules.
bool IsOf(FileKind kind, const base::YamlNode& document) {
  if (kind == FileKind::kTests) {
    return HasAny(document, {"tests", "rule_files"}) &&
           !HasAny(document, {"global", "scrape_configs", "alerting"});
  }
  const base::YamlNode* object = document.Find("kind");
  return HasAny(document, {"groups"}) ||
         (object != nullptr && object->text.text() == "PrometheusRule");
}

bool Holds(FileKind kind, const std::string& text) {
  base::Diagnostics diagnostics;
  const auto documents = base::ParseYaml(text, diagnostics);
  return !diagnostics.ok() ||
         std::ranges::any_of(documents, [&](const base::YamlNodePtr& document) {
           return IsOf(kind, *document);
         });
}

void Say(std::string_view command, const std::string& message) {
  std::fprintf(stderr, "rollwatch %s: error: %s\n",
               std::string(command).c_str(), message.c_str());
}

// The YAML files below a folder, sorted. False when it cannot be read whole.
bool FilesBelow(std::string_view command, const std::string& folder,
                std::vector<std::string>& files) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end;
       !error && at != end; at.increment(error)) {
    const std::string extension = at->path().extension();
    std::error_code ignored;
    if (at->is_regular_file(ignored) &&
        (extension == ".yml" || extension == ".yaml")) {
      files.push_back(at->path().string());
    }
  }
  std::ranges::sort(files);
  if (error) Say(command, folder + ": " + error.message());
  return !error;
}

}  // namespace

bool ReplaceFolders(std::string_view command, FileKind kind,
                    const std::vector<std::string>& paths,
                    std::vector<std::string>& files) {
  bool all = true;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> below;
    const bool whole = FilesBelow(command, path, below);
    const std::size_t before = files.size();
    for (const std::string& file : below) {
      const auto text = ReadYamlFile(file);
      // What cannot be read is said where it is used.
      if (!text.ok() || Holds(kind, *text)) files.push_back(file);
    }
    // A mistyped folder must not pass for one without mistakes.
    if (files.size() == before && whole) {
      Say(command, path + (kind == FileKind::kRules
                               ? ": no file with rules in this folder"
                               : ": no file with tests in this folder"));
    }
    all = all && whole && files.size() > before;
  }
  return all;
}

}  // namespace rollwatch
