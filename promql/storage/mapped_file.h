// A file's bytes in memory.

#ifndef PROMQL_STORAGE_MAPPED_FILE_H_
#define PROMQL_STORAGE_MAPPED_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace promql {

// Mapped read-only, so that only what is looked at is read. The file must not
// shrink meanwhile.
class MappedFile {
 public:
  // NotFound or Unavailable, with the path and the reason.
  static absl::StatusOr<MappedFile> Open(const std::string& path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  // Valid as long as this lives, also when it is moved.
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace promql

#endif  // PROMQL_STORAGE_MAPPED_FILE_H_
