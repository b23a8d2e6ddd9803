// Which kind of file system a folder lies on.

#ifndef EXPORTER_FILE_SYSTEM_H_
#define EXPORTER_FILE_SYSTEM_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace exporter {

// statfs' magic number of the file system that `folder` lies on; 0 when it
// cannot be found out.
std::uint64_t FileSystemType(const std::string& folder);

// The name of a file system that several machines may write: its locks, its
// shared memory and its syncs are not the kernel's alone, so a journal on it
// can be written by two at once, or lose what was acknowledged. "" for any
// other.
std::string_view SharedFileSystem(std::uint64_t type);

}  // namespace exporter

#endif  // EXPORTER_FILE_SYSTEM_H_
