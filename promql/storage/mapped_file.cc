#include "promql/storage/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace promql {
namespace {

absl::Status Failure(const std::string& path, int error) {
  const std::string message =
      absl::StrFormat("%s: %s", path, std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message)
                         : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Failure(path, errno);
  struct stat status = {};
  if (fstat(file, &status) != 0) {
    const int error = errno;
    close(file);
    return Failure(path, error);
  }
  MappedFile mapped;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (S_ISDIR(status.st_mode)) {
    close(file);
    return Failure(path, EISDIR);
  }
  if (size > 0) {
    void* const bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = errno;
    close(file);
    if (bytes == MAP_FAILED) return Failure(path, error);
    mapped.bytes_ = {static_cast<const char*>(bytes), size};
  } else {
    close(file);
  }
  return mapped;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace promql
