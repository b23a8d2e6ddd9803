#include "exporter/file_system.h"

#include <sys/vfs.h>

namespace exporter {
namespace {

struct FileSystemRow {
  std::uint64_t type;
  std::string_view name;
};

// The numbers of statfs(2) and of linux/magic.h. What FUSE carries cannot be
// told: sshfs, object stores, GlusterFS, virtiofs and the shared folders of
// virtual machines are not the kernel's own.
// clang-format off
constexpr FileSystemRow kShared[] = {
    {0x0000'6969, "NFS"},
    {0x0000'517B, "SMB"},
    {0xFE53'4D42, "SMB2"},
    {0xFF53'4D42, "CIFS"},
    {0x0000'564C, "NCP"},
    {0x5346'414F, "AFS"},
    {0x6B41'4653, "AFS"},
    {0x7375'7245, "Coda"},
    {0x0102'1997, "9P"},
    {0x6573'5546, "FUSE"},
    {0x00C3'6400, "Ceph"},
    {0x0BD0'0BD0, "Lustre"},
    {0x4750'4653, "GPFS"},
    {0x1983'0326, "BeeGFS"},
    {0x0116'1970, "GFS2"},
    {0x7461'636F, "OCFS2"},
    {0x2003'0528, "OrangeFS"},
};
// clang-format on

}  // namespace

std::uint64_t FileSystemType(const std::string& folder) {
  struct statfs info = {};
  if (statfs(folder.c_str(), &info) != 0) return 0;
  // f_type is signed on some machines, and the numbers are of 32 bits.
  return static_cast<std::uint32_t>(info.f_type);
}

std::string_view SharedFileSystem(std::uint64_t type) {
  for (const FileSystemRow& row : kShared) {
    if (row.type == type) return row.name;
  }
  return {};
}

}  // namespace exporter
