#include "exporter/journal_copy.h"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_format.h"
#include "exporter/journal_database.h"
#include "exporter/journal_lock.h"

namespace exporter {
namespace {

namespace fs = std::filesystem;

// What SQLite keeps beside a file.
constexpr const char* kCompanions[] = {"-wal", "-shm", "-journal"};

absl::Status Fail(const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(path + ": " + error.message());
}

absl::Status FailedVerification(const JournalReport& report) {
  return absl::DataLossError(absl::StrFormat(
      "%s: it is damaged: %s", report.file,
      report.damage.empty()
          ? absl::StrFormat("%d of its totals differ from its events",
                            report.differences.size())
          : report.damage.front()));
}

absl::StatusOr<JournalReport> VerifySound(const std::string& file) {
  auto report = VerifyJournal(file);
  if (report.ok() && !report->ok()) return FailedVerification(*report);
  return report;
}

// A sound copy of the journal `from` under the name `draft`.
absl::StatusOr<JournalReport> Draft(const std::string& from,
                                    const std::string& draft) {
  std::error_code ignored;
  fs::remove(draft, ignored);
  for (const char* companion : kCompanions) {
    fs::remove(draft + companion, ignored);
  }
  auto database = JournalDatabase::Open(from, /*writable=*/false);
  if (!database.ok()) {
    return Annotate(database.status(), from, AdviceFor(database.status()));
  }
  if (const auto status = (*database)->CopyTo(draft); !status.ok()) {
    return Annotate(status, draft, AdviceFor(status));
  }
  return VerifySound(draft);
}

// Keeps what lies at `file` under another name, and clears the place: a log
// that stayed would be taken for the new file's.
absl::Status SetAside(const std::string& file, const std::string& aside) {
  std::error_code error;
  for (const std::string& companion : {std::string(), std::string("-wal")}) {
    fs::remove(aside + companion, error);
    if (!fs::exists(file + companion, error)) continue;
    fs::create_hard_link(file + companion, aside + companion, error);
    if (error) return Fail(aside + companion, error);
  }
  for (const char* companion : kCompanions) {
    fs::remove(file + companion, error);
    if (error) return Fail(file + companion, error);
  }
  return absl::OkStatus();
}

}  // namespace

std::string ReplacedJournal(const std::string& path) {
  return JournalFile(path) + ".replaced";
}

absl::StatusOr<JournalReport> BackupJournal(const std::string& path,
                                            const std::string& file,
                                            bool force) {
  std::error_code error;
  if (!force && fs::exists(file, error)) {
    return absl::AlreadyExistsError(file + ": it exists already");
  }
  const std::string draft = file + ".new";
  auto report = Draft(JournalFile(path), draft);
  if (!report.ok()) {
    fs::remove(draft, error);
    return report;
  }
  const auto status = JournalDatabase::Rename(draft, file);
  if (!status.ok()) return status;
  report->file = file;
  return report;
}

absl::StatusOr<JournalReport> RestoreJournal(const std::string& file,
                                             const std::string& path,
                                             bool force) {
  const std::string target = JournalFile(path);
  if (const auto sound = VerifySound(file); !sound.ok()) return sound;
  std::error_code error;
  fs::create_directories(fs::absolute(target).parent_path(), error);
  if (error) return Fail(target, error);
  JournalLock lock;
  if (const auto status = lock.Take(target); !status.ok()) return status;
  const bool occupied =
      fs::exists(target, error) || fs::exists(target + "-wal", error);
  if (occupied && !force) {
    return absl::AlreadyExistsError(target + ": a journal is there already");
  }
  // With another name than the one that a start makes: it may find the rest.
  const std::string draft = target + ".restored";
  auto report = Draft(file, draft);
  if (!report.ok()) {
    fs::remove(draft, error);
    return report;
  }
  if (occupied) {
    const auto status = SetAside(target, ReplacedJournal(path));
    if (!status.ok()) return status;
  }
  const auto status = JournalDatabase::Rename(draft, target);
  if (!status.ok()) return status;
  report->file = target;
  return report;
}

}  // namespace exporter
