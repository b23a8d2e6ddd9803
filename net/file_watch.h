// Whether files have changed since one last looked.

#ifndef NET_FILE_WATCH_H_
#define NET_FILE_WATCH_H_

#include <string>
#include <vector>

#include "base/time.h"

namespace net {

// Sees a file that was written, replaced, made or removed, by its inode, size
// and time of change. For one thread at a time.
class FileWatch {
 public:
  // Empty paths are left out. What the files are now is not a change.
  explicit FileWatch(const std::vector<std::string>& paths);

  // Since the construction or the last true. Looks at most once a second.
  bool Changed();

 private:
  std::string Look() const;

  std::vector<std::string> paths_;
  std::string stamp_;
  base::Timestamp looked_;
};

}  // namespace net

#endif  // NET_FILE_WATCH_H_
