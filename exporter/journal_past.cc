#include "exporter/journal_past.h"

#include <utility>

#include "exporter/journal_database.h"

namespace exporter {

absl::Status ReadPast(const JournalOptions& options, base::Timestamp since,
                      const std::function<void(Totals totals)>& start,
                      const std::function<bool(const RecordedEvent&)>& event) {
  const auto database =
      JournalDatabase::Open(JournalFile(options.path), /*writable=*/false);
  if (!database.ok()) return database.status();
  // One state throughout, whoever writes meanwhile; ends with the connection.
  if (const auto status = (*database)->Begin(); !status.ok()) return status;
  const auto created = (*database)->Created();
  if (!created.ok()) return created.status();
  const auto folded = (*database)->Folded();
  if (!folded.ok()) return folded.status();
  Totals totals(options.schema);
  totals.set_created(*created);
  totals.Restore(*folded);
  bool started = false;
  const absl::Status status =
      (*database)->ForEachEvent([&](const RecordedEvent& recorded) {
        if (!started && recorded.received < since) {
          totals.Apply(recorded);
          return true;
        }
        if (!started) start(std::move(totals));
        started = true;
        return event(recorded);
      });
  if (status.ok() && !started) start(std::move(totals));
  return status;
}

}  // namespace exporter
