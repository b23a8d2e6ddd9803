// Keeps other processes from writing a journal.

#ifndef EXPORTER_JOURNAL_LOCK_H_
#define EXPORTER_JOURNAL_LOCK_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace exporter {

// Held while a journal is open for writing, on JOURNAL.lock beside it. The
// kernel lets go of it when the process ends, however that happens.
class JournalLock {
 public:
  JournalLock() = default;
  ~JournalLock();
  JournalLock(const JournalLock&) = delete;
  JournalLock& operator=(const JournalLock&) = delete;

  // Fails with FailedPrecondition when another process holds it.
  absl::Status Take(const std::string& journal_file);

 private:
  int fd_ = -1;
};

// The status with the file before it and advice behind it.
absl::Status Annotate(const absl::Status& status, const std::string& file,
                      std::string_view advice);

// What to do about a journal that cannot be opened.
std::string_view AdviceFor(const absl::Status& status);

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_LOCK_H_
