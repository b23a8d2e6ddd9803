#include "net/file_watch.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_format.h"

namespace net {
namespace {

constexpr base::Duration kLookInterval = 1'000;

}  // namespace

FileWatch::FileWatch(const std::vector<std::string>& paths)
    : looked_(base::Now()) {
  for (const std::string& path : paths) {
    if (!path.empty()) paths_.push_back(path);
  }
  stamp_ = Look();
}

bool FileWatch::Changed() {
  const base::Timestamp now = base::Now();
  // The clock may have been set back.
  if (now >= looked_ && now - looked_ < kLookInterval) return false;
  looked_ = now;
  std::string stamp = Look();
  if (stamp == stamp_) return false;
  stamp_ = std::move(stamp);
  return true;
}

std::string FileWatch::Look() const {
  std::string stamp;
  for (const std::string& path : paths_) {
    struct stat file = {};
    if (stat(path.c_str(), &file) != 0) {
      stamp += "- ";
      continue;
    }
    absl::StrAppendFormat(&stamp, "%d %d %d.%d ", file.st_ino, file.st_size,
                          file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
  }
  return stamp;
}

}  // namespace net
