#include "rollwatch/check_inputs.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

// In a folder only files with rules are meant: not its tests, nor a values.yml.
bool HoldsRules(const std::string& text) {
  base::Diagnostics diagnostics;
  const auto documents = base::ParseYaml(text, diagnostics);
  return !diagnostics.ok() ||
         std::ranges::any_of(documents, [](const base::YamlNodePtr& document) {
           const base::YamlNode* kind = document->Find("kind");
           return document->Find("groups") != nullptr ||
                  (kind != nullptr && kind->text.text() == "PrometheusRule");
         });
}

void SayUnreadable(const std::string& message) {
  std::fprintf(stderr, "rollwatch check: error: %s\n", message.c_str());
}

// The YAML files below a folder, sorted. False when it cannot be read whole.
bool FilesBelow(const std::string& folder, std::vector<std::string>& files) {
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
  if (error) SayUnreadable(folder + ": " + error.message());
  return !error;
}

}  // namespace

bool ReadCheckInputs(const std::vector<std::string>& paths,
                     std::vector<CheckInput>& inputs) {
  bool all = true;
  const auto read = [&](const std::string& path, bool named) {
    auto text = ReadFile(path);
    if (!text.ok()) {
      SayUnreadable(std::string(text.status().message()));
      all = false;
    } else if (named || HoldsRules(*text)) {
      inputs.push_back({path == "-" ? "<stdin>" : path, *std::move(text)});
    }
  };
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      read(path, true);
      continue;
    }
    std::vector<std::string> files;
    all = FilesBelow(path, files) && all;
    const std::size_t before = inputs.size();
    for (const std::string& file : files) read(file, false);
    // A mistyped folder must not pass for one without mistakes.
    if (inputs.size() == before && all) {
      SayUnreadable(path + ": no file with rules in this folder");
      all = false;
    }
  }
  return all;
}

}  // namespace rollwatch
