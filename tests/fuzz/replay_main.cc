// Runs a fuzzer's kept inputs without libFuzzer: each file of the folders and
// files that are named.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

void Run(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string bytes = text.str();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (const std::string& name :
       std::vector<std::string>(argv + 1, argv + argc)) {
    if (!std::filesystem::is_directory(name)) {
      Run(name);
      ++inputs;
      continue;
    }
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(name)) {
      if (!entry.is_regular_file()) continue;
      Run(entry.path());
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
