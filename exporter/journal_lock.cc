#include "exporter/journal_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"

namespace exporter {
namespace {

constexpr std::string_view kLockName = "JOURNAL.lock";
constexpr std::string_view kRecover =
    "look with `rollwatch journal verify --storage.path FILE`; put a backup in "
    "its place with `rollwatch journal restore`, or move the file away to "
    "count from zero";
constexpr std::string_view kLetWrite =
    "mount it so that it can be written, and let the user that this runs as "
    "write the folder, the journal and its -wal and -shm";
constexpr std::string_view kMakeRoom =
    "make room on the disk and start again: nothing is lost";

}  // namespace

std::string_view AdviceFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kPermissionDenied:
      return kLetWrite;
    case absl::StatusCode::kResourceExhausted:
      return kMakeRoom;
    default:
      return kRecover;
  }
}

absl::Status Annotate(const absl::Status& status, const std::string& file,
                      std::string_view advice) {
  return absl::Status(status.code(),
                      absl::StrFormat("%s: %s\n  = help: %s", file,
                                      std::string(status.message()), advice));
}

JournalLock::~JournalLock() {
  if (fd_ >= 0) close(fd_);
}

absl::Status JournalLock::Take(const std::string& journal_file) {
  const std::string path =
      (std::filesystem::absolute(journal_file).parent_path() / kLockName)
          .string();
  fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) {
    return Annotate(absl::PermissionDeniedError(std::strerror(errno)), path,
                    kLetWrite);
  }
  if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) {
    return absl::UnavailableError(path + ": " + std::strerror(errno));
  }
  return Annotate(
      absl::FailedPreconditionError("another process writes this journal"),
      path, "stop it first, or give this one a --storage.path of its own");
}

}  // namespace exporter
