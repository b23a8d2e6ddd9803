#include "rollwatch/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "base/utf16.h"

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

// Writes and syncs; 0 or the error.
int WriteSynced(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0 ? 0 : errno;
}

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

absl::StatusOr<std::string> ReadYamlFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text;
  return base::Utf8FromUtf16(*std::move(text));
}

absl::Status ReplaceFile(const std::string& path, std::string_view content) {
  std::error_code is_new;
  const auto resolved = std::filesystem::canonical(path, is_new);
  const std::string target = is_new ? path : resolved.string();
  const std::string draft = target + ".rollwatch-new";
  struct stat before {};
  const bool exists = stat(target.c_str(), &before) == 0;
  const mode_t mode = exists ? before.st_mode & 07777U : 0644;
  const int fd =
      open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return Failure(draft, errno);
  int error = WriteSynced(fd, content);
  // The process' umask may have taken some away.
  if (error == 0 && exists && fchmod(fd, mode) != 0) error = errno;
  close(fd);
  if (error == 0 && std::rename(draft.c_str(), target.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    std::remove(draft.c_str());
    return Failure(path, error);
  }
  // The new name, too, is safe only with its folder.
  const std::string folder =
      std::filesystem::absolute(target).parent_path().string();
  const int folder_fd = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (folder_fd < 0) return Failure(folder, errno);
  const int synced = fsync(folder_fd) == 0 ? 0 : errno;
  close(folder_fd);
  return synced == 0 ? absl::OkStatus() : Failure(folder, synced);
}

}  // namespace rollwatch
