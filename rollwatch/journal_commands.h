// What `rollwatch journal` can do, a function each.

#ifndef ROLLWATCH_JOURNAL_COMMANDS_H_
#define ROLLWATCH_JOURNAL_COMMANDS_H_

#include "absl/status/status.h"
#include "rollwatch/commands.h"

namespace rollwatch {

int JournalVerify(const Arguments& arguments);
int JournalBackup(const Arguments& arguments);
int JournalRestore(const Arguments& arguments);
int JournalImport(const Arguments& arguments);

// Says on stderr why `rollwatch journal NAME` failed; returns kExitFailed.
int JournalFailed(std::string_view name, const absl::Status& status);

}  // namespace rollwatch

#endif  // ROLLWATCH_JOURNAL_COMMANDS_H_
