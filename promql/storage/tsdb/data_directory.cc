#include "promql/storage/tsdb/data_directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/time.h"

namespace promql::tsdb {
namespace {

namespace fs = std::filesystem;

// A ULID, as blocks are named; directories in the making have a suffix.
bool IsBlockName(const std::string& name) {
  constexpr std::size_t kUlidLength = 26;
  return name.size() == kUlidLength && std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// The files or directories in it, by name. Empty when it cannot be read.
std::vector<fs::path> Entries(const fs::path& directory) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    entries.push_back(at->path());
  }
  std::ranges::sort(entries);
  return entries;
}

std::vector<fs::path> BlockPaths(const fs::path& directory) {
  std::vector<fs::path> paths = Entries(directory);
  std::erase_if(paths, [](const fs::path& path) {
    std::error_code ignored;
    return !IsBlockName(path.filename().string()) ||
           !fs::is_directory(path, ignored);
  });
  return paths;
}

bool Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// When something was last written to the log; nothing when nothing was.
std::optional<base::Timestamp> LastLogged(const fs::path& data) {
  std::optional<base::Timestamp> last;
  for (const char* const folder : {"wal", "chunks_head"}) {
    for (const fs::path& path : Entries(data / folder)) {
      struct stat status = {};
      if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
          status.st_size == 0) {
        continue;
      }
      const base::Timestamp time =
          base::Timestamp{status.st_mtim.tv_sec} * 1000 +
          status.st_mtim.tv_nsec / 1'000'000;
      last = std::max(last.value_or(time), time);
    }
  }
  return last;
}

constexpr char kSnapshotCall[] =
    "have the server write them as blocks, with POST "
    "/api/v1/admin/tsdb/snapshot (it needs --web.enable-admin-api), and read "
    "the folder snapshots/NAME that it answers";

// Blocks that went into another one wait for being deleted.
void DropCompacted(std::vector<Block>& blocks) {
  std::set<std::string> compacted;
  for (const Block& block : blocks) {
    for (const std::string& parent : block.meta().parents) {
      if (parent != block.meta().id) compacted.insert(parent);
    }
  }
  std::erase_if(blocks, [&](const Block& block) {
    return compacted.contains(block.meta().id);
  });
}

absl::Status WarnOfLog(const fs::path& path, DataDirectory& directory) {
  const auto logged = LastLogged(path);
  if (!logged.has_value()) return absl::OkStatus();
  if (directory.blocks.empty()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: no blocks: all samples are in the write-ahead log, which is not "
        "read; %s",
        path.string(), kSnapshotCall));
  }
  base::Timestamp end = directory.blocks.front().meta().span.end;
  for (const Block& block : directory.blocks) {
    end = std::max(end, block.meta().span.end);
  }
  if (*logged <= end) return absl::OkStatus();
  directory.warnings.push_back(absl::StrFormat(
      "%s: samples from %s to %s are missing: they are in the write-ahead log, "
      "which is not read; %s",
      path.string(), base::FormatTimestamp(end + 1),
      base::FormatTimestamp(*logged), kSnapshotCall));
  return absl::OkStatus();
}

}  // namespace

bool IsDataDirectory(const std::string& path) {
  const fs::path directory(path);
  return Exists(directory / "meta.json") || Exists(directory / "wal") ||
         !BlockPaths(directory).empty();
}

absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path) {
  DataDirectory directory;
  const auto add = [&](const fs::path& block_path) {
    auto block = Block::Open(block_path.string());
    if (block.ok()) directory.blocks.push_back(*std::move(block));
    return block.status();
  };
  if (Exists(fs::path(path) / "meta.json")) {
    const absl::Status status = add(path);
    if (!status.ok()) return status;
    return directory;
  }
  for (const fs::path& block_path : BlockPaths(path)) {
    const absl::Status status = add(block_path);
    if (!status.ok()) return status;
  }
  DropCompacted(directory.blocks);
  const absl::Status status = WarnOfLog(path, directory);
  if (!status.ok()) return status;
  return directory;
}

}  // namespace promql::tsdb
