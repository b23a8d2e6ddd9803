// rollwatch journal backup and restore.

#include <cstdio>
#include <filesystem>
#include <string>

#include "absl/strings/str_format.h"
#include "exporter/journal_copy.h"
#include "rollwatch/command_line.h"
#include "rollwatch/journal_commands.h"

namespace rollwatch {
namespace {

struct CopyOptions {
  std::string path = "data";
  std::string file;
  bool force = false;
};

int Say(const char* name, const absl::StatusOr<exporter::JournalReport>& report,
        const std::string& force_help) {
  if (report.ok()) {
    std::printf("%s\n",
                absl::StrFormat("%s: %d events, %d totals, verified",
                                report->file, report->events, report->cells)
                    .c_str());
    return kExitOk;
  }
  absl::Status status = report.status();
  if (absl::IsAlreadyExists(status)) {
    status = absl::AlreadyExistsError(absl::StrFormat(
        "%s\n  = help: %s", std::string(status.message()), force_help));
  }
  return JournalFailed(name, status);
}

}  // namespace

int JournalBackup(const Arguments& arguments) {
  CopyOptions options;
  CommandLine line("journal backup",
                   "copies the journal into one file, also while a sidecar "
                   "runs, and verifies the copy",
                   "rollwatch journal backup --storage.path data "
                   "backup.sqlite");
  line.Option("--storage.path", &options.path,
              "folder of the journal, or its file", "PATH");
  line.Flag("--force", &options.force, "replaces FILE");
  line.Positional("FILE", &options.file, "where to", /*required=*/true);
  if (const auto exit = line.Parse(arguments)) return *exit;
  return Say("backup",
             exporter::BackupJournal(options.path, options.file, options.force),
             "--force replaces it");
}

int JournalRestore(const Arguments& arguments) {
  CopyOptions options;
  CommandLine line("journal restore",
                   "verifies a backup and puts it in the journal's place; the "
                   "sidecar must not run",
                   "rollwatch journal restore --storage.path data "
                   "backup.sqlite");
  line.Option("--storage.path", &options.path,
              "folder of the journal, or its file", "PATH");
  line.Flag("--force", &options.force,
            "replaces a journal that is there; it is kept beside");
  line.Positional("FILE", &options.file, "the backup", /*required=*/true);
  if (const auto exit = line.Parse(arguments)) return *exit;
  const std::string replaced = exporter::ReplacedJournal(options.path);
  const int exit =
      Say("restore",
          exporter::RestoreJournal(options.file, options.path, options.force),
          absl::StrFormat("--force replaces it, and keeps it as %s", replaced));
  std::error_code error;
  if (exit == kExitOk && options.force &&
      std::filesystem::exists(replaced, error)) {
    std::printf("the one before is %s\n", replaced.c_str());
  }
  return exit;
}

}  // namespace rollwatch
