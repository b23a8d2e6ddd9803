#include "rollwatch/check_inputs.h"

#include <cstdio>
#include <utility>

#include "rollwatch/files.h"
#include "rollwatch/folders.h"

namespace rollwatch {

bool ReadCheckInputs(const std::vector<std::string>& paths,
                     std::vector<CheckInput>& inputs) {
  std::vector<std::string> files;
  bool all = ReplaceFolders("check", FileKind::kRules, paths, files);
  for (const std::string& path : files) {
    auto text = ReadYamlFile(path);
    if (text.ok()) {
      inputs.push_back({path == "-" ? "<stdin>" : path, *std::move(text)});
      continue;
    }
    std::fprintf(stderr, "rollwatch check: error: %s\n",
                 std::string(text.status().message()).c_str());
    all = false;
  }
  return all;
}

}  // namespace rollwatch
