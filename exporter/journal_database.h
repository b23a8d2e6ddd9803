// The SQLite file of the journal: statements, and nothing of what they mean.

#ifndef EXPORTER_JOURNAL_DATABASE_H_
#define EXPORTER_JOURNAL_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/totals.h"

namespace exporter {

// One connection, for one thread at a time. A Status carries SQLite's own
// words: ResourceExhausted for a full disk, DataLoss for a damaged file,
// PermissionDenied for a read-only one, Unavailable otherwise.
class JournalDatabase {
 public:
  // The format of the file that this version writes and reads.
  static constexpr int kFormat = 3;

  // Makes a file with empty tables, whole or not at all: it is written beside
  // and renamed. REQUIRES: there is no such file.
  static absl::Status Create(const std::string& file);

  // Fails with FailedPrecondition when the file is another program's or of a
  // newer format, with DataLoss when it is no intact SQLite file. One of an
  // older format is brought up to date when it is to be written.
  static absl::StatusOr<std::unique_ptr<JournalDatabase>> Open(
      const std::string& file, bool writable);

  // Gives a file another name, which then is safe: the folder is synced.
  static absl::Status Rename(const std::string& from, const std::string& to);

  ~JournalDatabase();
  JournalDatabase(const JournalDatabase&) = delete;
  JournalDatabase& operator=(const JournalDatabase&) = delete;

  // A transaction; reading ones see one state throughout.
  absl::Status Begin();
  absl::Status Commit();
  void Rollback();

  absl::Status InsertEvent(const RecordedEvent& event);
  absl::Status PutCell(const Cell& cell);
  // Overwrites the one row of `probe`.
  absl::Status PutProbe(base::Timestamp time);

  // When counting began.
  absl::StatusOr<base::Timestamp> Created();

  // The event that was recorded with the id of the offered one; the offered
  // one itself when it was folded and only its id is known.
  absl::StatusOr<std::optional<Event>> FindRecorded(const Event& offered);
  // In the order of their sequence, until `visit` returns false.
  absl::Status ForEachEvent(
      const std::function<bool(const RecordedEvent&)>& visit);
  absl::StatusOr<std::vector<RecordedEvent>> LastEvents(std::size_t count);
  // Sorted by metric, labels and part.
  absl::StatusOr<std::vector<Cell>> Cells();

  // Copies everything, as it is at one moment, into a file of its own without
  // a log, and syncs it. REQUIRES: there is no such file.
  absl::Status CopyTo(const std::string& file);

  // What folded events added up to (Totals::State).
  absl::StatusOr<std::vector<Cell>> Folded();
  // Stores it, and takes the events up to `sequence` away but for their ids.
  // REQUIRES: in a transaction.
  absl::Status Fold(const std::vector<Cell>& state, std::int64_t sequence);

  // SQLite's check of the whole file: what it found, empty when it is sound.
  // `quick` leaves out the comparison of indexes with tables.
  absl::StatusOr<std::vector<std::string>> Check(bool quick);

 private:
  struct Rep;
  explicit JournalDatabase(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_DATABASE_H_
