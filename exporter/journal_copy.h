// Copies of a journal, and putting one back.

#ifndef EXPORTER_JOURNAL_COPY_H_
#define EXPORTER_JOURNAL_COPY_H_

#include <string>

#include "absl/status/statusor.h"
#include "exporter/journal.h"

namespace exporter {

// Copies the journal of a --storage.path into one file, as it is at one moment,
// also while a sidecar writes. The copy is verified and synced before it gets
// its name. Fails with AlreadyExists when `file` is there and `force` is not.
absl::StatusOr<JournalReport> BackupJournal(const std::string& path,
                                            const std::string& file,
                                            bool force);

// Puts a copy in the place of a --storage.path, once it is verified. Fails
// with AlreadyExists when a journal is there and `force` is not; with `force`
// the old one is kept beside it, under the name that ReplacedJournal() gives,
// until the next time. Fails while a sidecar writes.
absl::StatusOr<JournalReport> RestoreJournal(const std::string& file,
                                             const std::string& path,
                                             bool force);

// "journal.sqlite.replaced" beside the journal.
std::string ReplacedJournal(const std::string& path);

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_COPY_H_
