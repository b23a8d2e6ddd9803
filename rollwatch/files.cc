#include "rollwatch/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

absl::Status Failure(const std::string& path, int error) {
  const std::string message =
      absl::StrFormat("%s: %s", path, std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message)
                         : absl::UnavailableError(message);
}

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(
      path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return Failure(path, errno);
  std::string content;
  char buffer[1 << 16];
  while (const std::size_t count =
             std::fread(buffer, 1, sizeof buffer, file.get())) {
    content.append(buffer, count);
    if (content.size() > kLargestFile) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: larger than %d MiB", path, kLargestFile >> 20));
    }
  }
  // A folder opens, but cannot be read.
  if (std::ferror(file.get()) != 0) return Failure(path, errno);
  return content;
}

}  // namespace rollwatch
