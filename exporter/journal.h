// The journal: events and totals in one SQLite file. JOURNAL.md describes it.

#ifndef EXPORTER_JOURNAL_H_
#define EXPORTER_JOURNAL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/file_system.h"
#include "exporter/recorder.h"

namespace exporter {

struct JournalOptions {
  // The folder of the journal, made when missing, or the file itself (a path
  // that ends in .sqlite, or an existing file).
  std::string path;
  schema::SchemaOptions schema;
  // statfs' number of the file system of a folder; a test has its own.
  std::function<std::uint64_t(const std::string& folder)> file_system_type =
      FileSystemType;
  AdmissionLimits limits = {};
};

// The file that a --storage.path means.
std::string JournalFile(const std::string& path);

// One process at a time holds a journal open for writing (flock on
// JOURNAL.lock beside it); SQLite stays open to readers.
//
// Record() returns after a commit with synchronous=FULL. One thread writes; the
// batches that wait meanwhile share the next commit.
class Journal : public Recorder {
 public:
  // Restores the totals from the events, and compares them with the stored
  // ones bit by bit. Refuses a file that another process writes, that is
  // damaged, may not be written, was made by a newer version, or whose totals
  // differ, and a folder that several machines may write; the message says
  // what to do. Never starts from zero over a file that holds something.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(JournalOptions options);
  // Waits for the batches under way.
  ~Journal() override;

  // Writes to the file and syncs it.
  absl::Status Probe() override;
  void Read(const std::function<void(const Totals&)>& read) const override;
  absl::StatusOr<std::vector<RecordedEvent>> Recent(
      std::size_t count) const override;

  AdmissionLimits limits() const override;
  RejectionCounts rejections() const override;

  // Moves what events recorded before `before` added up to into the table
  // `folded`, and keeps their ids; no total changes. Events behind one that is
  // younger stay. At most 10,000 at once; returns how many.
  absl::StatusOr<std::int64_t> Fold(base::Timestamp before);

  const std::string& file() const;
  // How many commits there were; with many clients fewer than batches.
  std::int64_t commits() const;

 private:
  absl::StatusOr<Receipt> RecordBatch(std::vector<Event> events,
                                      std::string reporter) override;

  struct Rep;
  explicit Journal(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// A stored total that the events do not add up to.
struct CellDifference {
  Cell stored;    // part is "" when the file lacks it.
  Cell computed;  // part is "" when no event touched it.
};

struct JournalReport {
  std::string file;
  std::int64_t events = 0;
  std::int64_t cells = 0;
  std::vector<std::string> damage;  // What SQLite's own check says, and ours.
  std::vector<CellDifference> differences;

  bool ok() const { return damage.empty() && differences.empty(); }
};

// Recomputes every total from the events and compares bits. Only reads, also
// while a sidecar writes. Fails when the file cannot be read as a journal.
absl::StatusOr<JournalReport> VerifyJournal(const std::string& path);

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_H_
