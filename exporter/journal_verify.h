// Compares the totals of a journal with its events.

#ifndef EXPORTER_JOURNAL_VERIFY_H_
#define EXPORTER_JOURNAL_VERIFY_H_

#include "exporter/journal.h"
#include "exporter/journal_database.h"

namespace exporter {

// Folds the events of `database` into `totals`, and reports what is missing
// from their sequence and which stored totals differ from the computed ones.
// Everything is read in one transaction.
absl::StatusOr<JournalReport> FoldAndCompare(JournalDatabase& database,
                                             Totals& totals, bool quick);

}  // namespace exporter

#endif  // EXPORTER_JOURNAL_VERIFY_H_
