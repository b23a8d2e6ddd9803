#include "rollwatch/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <vector>

#include "absl/strings/str_format.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".json";
// Held for a moment to take a number, and for long to send.
constexpr const char* kNumberLock = "NUMBER.lock";
constexpr const char* kSendLock = "SEND.lock";
constexpr base::Duration kShortest = 50;
constexpr auto kPoll = std::chrono::milliseconds(20);

absl::Status SpoolFailure(const std::string& path, int error) {
  return absl::UnavailableError(path + ": " + std::strerror(error));
}

class FolderLock {
 public:
  explicit FolderLock(const fs::path& path)
      : path_(path.string()),
        fd_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {}
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  absl::Status Take() {
    if (fd_ >= 0 && flock(fd_, LOCK_EX) == 0) return absl::OkStatus();
    return SpoolFailure(path_, errno);
  }
  // False when another has it.
  bool TryTake() { return fd_ >= 0 && flock(fd_, LOCK_EX | LOCK_NB) == 0; }

 private:
  const std::string path_;
  const int fd_;
};

// Whether the answer is about the event, and would be the same the next time;
// others are about who sends it where.
bool IsVerdict(const DeliveryResult& result) {
  return result.outcome == DeliveryOutcome::kRefused &&
         (result.status == 400 || result.status == 409 ||
          result.status == 413 || result.status == 422);
}

}  // namespace

absl::StatusOr<std::string> Spool::Put(std::string_view event) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return absl::UnavailableError(folder_ + ": " + error.message());
  FolderLock lock(fs::path(folder_) / kNumberLock);
  if (const auto status = lock.Take(); !status.ok()) return status;
  const auto waiting = Waiting();
  if (!waiting.ok()) return waiting.status();
  // Behind all that wait, and behind what the clock says: an event that was
  // sent meanwhile has left its number.
  std::int64_t number = base::Now();
  if (!waiting->empty()) {
    number = std::max<std::int64_t>(
        number, std::strtoll(waiting->back().c_str(), nullptr, 10) + 1);
  }
  const std::string name =
      absl::StrFormat("%020d%s", number, std::string(kSuffix));
  const auto status = ReplaceFile((fs::path(folder_) / name).string(), event);
  if (!status.ok()) return status;
  return name;
}

absl::StatusOr<std::vector<std::string>> Spool::Waiting() const {
  std::vector<std::string> names;
  std::error_code error;
  if (!fs::exists(folder_, error)) return names;
  fs::directory_iterator entries(folder_, error);
  if (error) return absl::UnavailableError(folder_ + ": " + error.message());
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().extension() == kSuffix) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

absl::StatusOr<std::string> Spool::Read(const std::string& name) const {
  return ReadFile((fs::path(folder_) / name).string());
}

absl::Status Spool::Remove(const std::string& name) const {
  const std::string path = (fs::path(folder_) / name).string();
  return unlink(path.c_str()) == 0 ? absl::OkStatus()
                                   : SpoolFailure(path, errno);
}

absl::Status Spool::SetAside(const std::string& name,
                             const std::string& reason) const {
  const fs::path aside = fs::path(folder_) / "rejected";
  std::error_code error;
  fs::create_directories(aside, error);
  if (error) return absl::UnavailableError(aside.string() + error.message());
  const auto status =
      ReplaceFile((aside / (name + ".reason")).string(), reason + "\n");
  if (!status.ok()) return status;
  fs::rename(fs::path(folder_) / name, aside / name, error);
  if (error) return absl::UnavailableError(aside.string() + error.message());
  return absl::OkStatus();
}

SpoolFlush::SpoolFlush(const Spool& spool, EventsAddress address,
                       std::string watched, base::Duration wait)
    : spool_(spool),
      address_(std::move(address)),
      watched_(std::move(watched)),
      deadline_(base::SteadyNow() + wait),
      thread_([this] { Run(); }) {}

SpoolFlush::~SpoolFlush() {
  if (thread_.joinable()) thread_.join();
}

void SpoolFlush::Hurry(base::Duration wait) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::min(deadline_, base::SteadyNow() + wait);
  if (delivery_ != nullptr) delivery_->Hurry(wait);
}

FlushResult SpoolFlush::Result() {
  if (thread_.joinable()) thread_.join();
  return result_;
}

base::Duration SpoolFlush::Left() const {
  const std::lock_guard lock(mutex_);
  return deadline_ - base::SteadyNow();
}

// False when it must wait, and with it those behind it.
bool SpoolFlush::SendOne(const std::string& name) {
  const absl::StatusOr<std::string> event = spool_.Read(name);
  // Another process has sent it.
  if (absl::IsNotFound(event.status())) return true;
  if (!event.ok()) {
    result_.problem = std::string(event.status().message());
    return false;
  }
  const base::Duration left = std::max(Left(), kShortest);
  {
    const std::lock_guard lock(mutex_);
    delivery_ = std::make_unique<Delivery>(address_, *event, left);
  }
  const DeliveryResult result = delivery_->Result();
  if (name == watched_) result_.watched = result;
  absl::Status status;
  if (IsVerdict(result)) {
    ++result_.rejected;
    status = spool_.SetAside(name, result.message);
  } else if (result.message.empty()) {
    ++result_.sent;
    status = spool_.Remove(name);
  } else {
    result_.problem = result.message;
    return false;
  }
  if (!status.ok()) result_.problem = std::string(status.message());
  return status.ok();
}

void SpoolFlush::Run() {
  FolderLock lock(fs::path(spool_.folder()) / kSendLock);
  bool ours = lock.TryTake();
  while (!ours && Left() > 0) {
    std::this_thread::sleep_for(kPoll);
    ours = lock.TryTake();
  }
  if (!ours) result_.problem = "another process is sending what waits";
  for (bool sending = ours; sending;) {
    const auto names = spool_.Waiting();
    // Others may add some meanwhile.
    sending = names.ok() && !names->empty();
    for (std::size_t i = 0; sending && i < names->size(); ++i) {
      sending = SendOne((*names)[i]);
    }
  }
  const auto names = spool_.Waiting();
  result_.waiting = names.ok() ? static_cast<int>(names->size()) : 0;
  done_ = true;
}

}  // namespace rollwatch
