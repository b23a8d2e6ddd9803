// Looks into a journal without writing to it.

#ifndef EXPORTER_JOURNAL_READER_H_
#define EXPORTER_JOURNAL_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/journal.h"

namespace exporter {

// A journal as it was when this was opened; a sidecar may write meanwhile. Not
// safe for use by several threads.
class JournalReader {
 public:
  // One that holds nothing when there is no file.
  static absl::StatusOr<std::unique_ptr<JournalReader>> Open(
      const JournalOptions& options);
  ~JournalReader();

  const Totals& totals() const;

  // What recording the batch would do; nothing is recorded.
  absl::StatusOr<Resolution> Resolve(const std::vector<Event>& batch);

 private:
  struct Rep;
  explicit JournalReader(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_READER_H_
