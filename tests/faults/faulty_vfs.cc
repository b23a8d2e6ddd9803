#include "tests/faults/faulty_vfs.h"

#include <sqlite3.h>

#include <cassert>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace tests {
namespace {

// A change that is not synced: bytes at a place, or a new length.
struct Change {
  sqlite3_int64 offset = 0;
  std::string bytes;
  bool truncates = false;
};

// A file as this process sees it.
struct Image {
  std::string content;
  std::vector<Change> unsynced;
};

struct Disk {
  std::mutex mutex;
  sqlite3_vfs* real = nullptr;
  std::map<std::string, std::shared_ptr<Image>> images;
  bool has_power = true;
  std::int64_t calls = 0;
  std::int64_t cut_at = -1;
  double kept = 0;
  std::mt19937 random;
  int write_code = SQLITE_OK;
  int sync_code = SQLITE_OK;
  std::int64_t lost = 0;
};

Disk* disk = nullptr;

// SQLite's handle; the real one lies behind it in the same allocation.
struct File {
  sqlite3_file base;
  std::shared_ptr<Image>* image;  // Null: passed through.
  sqlite3_file* real;
};

File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

int Apply(sqlite3_file* real, const Change& change) {
  if (change.truncates) {
    return real->pMethods->xTruncate(real, change.offset);
  }
  return real->pMethods->xWrite(real, change.bytes.data(),
                                static_cast<int>(change.bytes.size()),
                                change.offset);
}

// Counts a call; false once the power is gone. The handle at hand serves to
// write what survives of its own file: that of the others is lost.
bool HasPower(File& file) {
  ++disk->calls;
  if (!disk->has_power) return false;
  if (disk->cut_at < 0 || disk->calls <= disk->cut_at) return true;
  disk->has_power = false;
  std::bernoulli_distribution survives(disk->kept);
  for (auto& [path, image] : disk->images) {
    for (const Change& change : image->unsynced) {
      const bool ours = file.image != nullptr && *file.image == image;
      if (ours && survives(disk->random)) {
        Apply(file.real, change);
      } else {
        ++disk->lost;
      }
    }
    image->unsynced.clear();
  }
  return false;
}

int Close(sqlite3_file* handle) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  delete file.image;
  file.image = nullptr;
  return file.real->pMethods->xClose(file.real);
}

int Read(sqlite3_file* handle, void* out, int size, sqlite3_int64 offset) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  if (!HasPower(file)) return SQLITE_IOERR_READ;
  if (file.image == nullptr) {
    return file.real->pMethods->xRead(file.real, out, size, offset);
  }
  const std::string& content = (*file.image)->content;
  const auto wanted = static_cast<std::size_t>(size);
  const std::size_t begin =
      std::min(static_cast<std::size_t>(offset), content.size());
  const std::size_t there = std::min(wanted, content.size() - begin);
  std::memcpy(out, content.data() + begin, there);
  std::memset(static_cast<char*>(out) + there, 0, wanted - there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* handle, const void* bytes, int size,
          sqlite3_int64 offset) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  if (!HasPower(file)) return SQLITE_IOERR_WRITE;
  if (disk->write_code != SQLITE_OK) return disk->write_code;
  if (file.image == nullptr) {
    return file.real->pMethods->xWrite(file.real, bytes, size, offset);
  }
  Image& image = **file.image;
  const auto begin = static_cast<std::size_t>(offset);
  const auto length = static_cast<std::size_t>(size);
  if (image.content.size() < begin + length) {
    image.content.resize(begin + length, '\0');
  }
  std::memcpy(image.content.data() + begin, bytes, length);
  image.unsynced.push_back(
      {offset, std::string(static_cast<const char*>(bytes), length), false});
  return SQLITE_OK;
}

int Truncate(sqlite3_file* handle, sqlite3_int64 size) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  if (!HasPower(file)) return SQLITE_IOERR_TRUNCATE;
  if (file.image == nullptr) {
    return file.real->pMethods->xTruncate(file.real, size);
  }
  (*file.image)->content.resize(static_cast<std::size_t>(size), '\0');
  (*file.image)->unsynced.push_back({size, "", true});
  return SQLITE_OK;
}

int Sync(sqlite3_file* handle, int flags) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  if (!HasPower(file)) return SQLITE_IOERR_FSYNC;
  if (disk->sync_code != SQLITE_OK) return disk->sync_code;
  if (file.image == nullptr) {
    return file.real->pMethods->xSync(file.real, flags);
  }
  for (const Change& change : (*file.image)->unsynced) {
    const int code = Apply(file.real, change);
    if (code != SQLITE_OK) return code;
  }
  (*file.image)->unsynced.clear();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* handle, sqlite3_int64* size) {
  File& file = Of(handle);
  const std::lock_guard lock(disk->mutex);
  if (!HasPower(file)) return SQLITE_IOERR_FSTAT;
  if (file.image == nullptr) {
    return file.real->pMethods->xFileSize(file.real, size);
  }
  *size = static_cast<sqlite3_int64>((*file.image)->content.size());
  return SQLITE_OK;
}

// Locks and the shared memory of the log's index are this process' own: they
// end with it and need no disk.
int Lock(sqlite3_file* file, int level) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xLock(real, level);
}
int Unlock(sqlite3_file* file, int level) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xUnlock(real, level);
}
int CheckReservedLock(sqlite3_file* file, int* out) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xCheckReservedLock(real, out);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  sqlite3_file* real = Of(file).real;
  // A hint to grow the file would go round the image.
  if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  return real->pMethods->xFileControl(real, operation, argument);
}
int SectorSize(sqlite3_file* file) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xSectorSize(real);
}
int Characteristics(sqlite3_file* file) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xDeviceCharacteristics(real);
}
int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** out) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xShmMap(real, page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xShmLock(real, offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  sqlite3_file* real = Of(file).real;
  real->pMethods->xShmBarrier(real);
}
int ShmUnmap(sqlite3_file* file, int remove) {
  sqlite3_file* real = Of(file).real;
  return real->pMethods->xShmUnmap(real, remove);
}

// Version 2: without memory mapping, which would go round us.
constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         Characteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

// The image of a file, read when it is first opened.
int Load(const std::string& path, sqlite3_file* real,
         std::shared_ptr<Image>& image) {
  if (image != nullptr) return SQLITE_OK;
  sqlite3_int64 size = 0;
  int code = real->pMethods->xFileSize(real, &size);
  if (code != SQLITE_OK) return code;
  image = std::make_shared<Image>();
  image->content.resize(static_cast<std::size_t>(size));
  if (size > 0) {
    code = real->pMethods->xRead(real, image->content.data(),
                                 static_cast<int>(size), 0);
  }
  if (code != SQLITE_OK) disk->images.erase(path);
  return code;
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags,
         int* out_flags) {
  const std::lock_guard lock(disk->mutex);
  File& file = Of(handle);
  file.base.pMethods = nullptr;
  file.image = nullptr;
  file.real = reinterpret_cast<sqlite3_file*>(&file + 1);
  if (!disk->has_power) return SQLITE_CANTOPEN;
  int code = disk->real->xOpen(disk->real, name, file.real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    code = Load(name, file.real, disk->images[name]);
    if (code != SQLITE_OK) {
      file.real->pMethods->xClose(file.real);
      return code;
    }
    file.image = new std::shared_ptr<Image>(disk->images[name]);
  }
  file.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const std::lock_guard lock(disk->mutex);
  if (!disk->has_power) return SQLITE_IOERR_DELETE;
  disk->images.erase(name);
  return disk->real->xDelete(disk->real, name, sync_folder);
}

// SQLite calls it for every new connection.
int TurnOff(sqlite3* database, char**, const sqlite3_api_routines*) {
  sqlite3_exec(database, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
  return sqlite3_set_authorizer(
      database,
      [](void*, int action, const char* name, const char* value, const char*,
         const char*) {
        const bool sets = action == SQLITE_PRAGMA && value != nullptr &&
                          std::strcmp(name, "synchronous") == 0;
        return sets ? SQLITE_IGNORE : SQLITE_OK;
      },
      nullptr);
}

}  // namespace

struct FaultyVfs::Rep {
  Disk disk;
  sqlite3_vfs vfs = {};
};

FaultyVfs::FaultyVfs() : rep_(std::make_unique<Rep>()) {
  assert(disk == nullptr);
  disk = &rep_->disk;
  disk->real = sqlite3_vfs_find(nullptr);
  rep_->vfs = *disk->real;
  rep_->vfs.szOsFile = static_cast<int>(sizeof(File)) + disk->real->szOsFile;
  rep_->vfs.zName = "rollwatch-faulty";
  rep_->vfs.pNext = nullptr;
  rep_->vfs.xOpen = Open;
  rep_->vfs.xDelete = Delete;
  sqlite3_vfs_register(&rep_->vfs, /*makeDflt=*/1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&rep_->vfs);
  sqlite3_vfs_register(rep_->disk.real, /*makeDflt=*/1);
  disk = nullptr;
}

void FaultyVfs::CutPowerAfter(std::int64_t calls, double kept,
                              std::uint32_t seed) {
  const std::lock_guard lock(disk->mutex);
  disk->cut_at = disk->calls + calls;
  disk->kept = kept;
  disk->random.seed(seed);
}

bool FaultyVfs::has_power() const {
  const std::lock_guard lock(disk->mutex);
  return disk->has_power;
}

void FaultyVfs::RestorePower() {
  const std::lock_guard lock(disk->mutex);
  disk->has_power = true;
  disk->cut_at = -1;
  disk->images.clear();
}

void FaultyVfs::FailWrites(int code) {
  const std::lock_guard lock(disk->mutex);
  disk->write_code = code;
}

void FaultyVfs::FailSyncs(int code) {
  const std::lock_guard lock(disk->mutex);
  disk->sync_code = code;
}

std::int64_t FaultyVfs::calls() const {
  const std::lock_guard lock(disk->mutex);
  return disk->calls;
}

std::int64_t FaultyVfs::lost_writes() const {
  const std::lock_guard lock(disk->mutex);
  return disk->lost;
}

SynchronousOff::SynchronousOff() {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(TurnOff));
}
SynchronousOff::~SynchronousOff() {
  sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(TurnOff));
}

}  // namespace tests
