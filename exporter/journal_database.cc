#include "exporter/journal_database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exporter {
namespace {

// "RWJ1": says that a SQLite file is a journal of rollwatch.
constexpr int kApplicationId = 0x52574A31;

constexpr const char* kTables = R"(
CREATE TABLE events (
  id            TEXT PRIMARY KEY NOT NULL,
  sequence      INTEGER NOT NULL UNIQUE,
  received      INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  time          INTEGER,
  environment   TEXT NOT NULL,
  workflow      TEXT NOT NULL,
  status        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  result        TEXT NOT NULL,
  duration      REAL,
  percentage    REAL,
  finished      INTEGER NOT NULL,
  deployment_id TEXT NOT NULL,
  run_url       TEXT NOT NULL
) STRICT;
CREATE TABLE totals (
  metric TEXT NOT NULL,
  labels TEXT NOT NULL,
  part   TEXT NOT NULL,
  value  REAL NOT NULL,
  PRIMARY KEY (metric, labels, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE probe (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  time INTEGER NOT NULL
) STRICT;
)";

// What format 2 has more than format 1.
constexpr const char* kTablesOfFormat2 = R"(
CREATE TABLE facts (
  name  TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE folded (
  metric TEXT NOT NULL,
  labels TEXT NOT NULL,
  part   TEXT NOT NULL,
  value  REAL NOT NULL,
  PRIMARY KEY (metric, labels, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE folded_ids (
  id TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
)";

// What format 3 has more than format 2.
constexpr const char* kColumnOfFormat3 =
    "ALTER TABLE events ADD COLUMN reporter TEXT NOT NULL DEFAULT '';";

// The columns of `events`, in this order.
enum Column {
  kId,
  kSequence,
  kReceived,
  kKind,
  kTime,
  kEnvironment,
  kWorkflow,
  kStatus,
  kReason,
  kResult,
  kDuration,
  kPercentage,
  kFinished,
  kDeploymentId,
  kRunUrl,
  kReporter,
};

std::string EventColumns(int format) {
  return absl::StrCat(
      "id, sequence, received, kind, time, environment, workflow, status, "
      "reason, result, duration, percentage, finished, deployment_id, "
      "run_url, ",
      format < 3 ? "''" : "reporter");
}

absl::Status StatusOf(int code, std::string_view message) {
  const std::string text(message);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(text);
    default:
      return absl::UnavailableError(text);
  }
}

// A prepared statement, reset after each use.
class Statement {
 public:
  Statement() = default;
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  int Prepare(sqlite3* database, const std::string& sql) {
    return sqlite3_prepare_v3(database, sql.c_str(), -1,
                              SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  }
  sqlite3_stmt* get() { return statement_; }
  int Step() { return sqlite3_step(statement_); }
  void Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  // Parameters count from 1. The text must live until Reset.
  void BindText(int parameter, std::string_view text) {
    sqlite3_bind_text(statement_, parameter, text.data(),
                      static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void BindInteger(int parameter, std::int64_t value) {
    sqlite3_bind_int64(statement_, parameter, value);
  }
  void BindReal(int parameter, std::optional<double> value) {
    if (value) sqlite3_bind_double(statement_, parameter, *value);
  }

  // Columns count from 0.
  std::string Text(int column) {
    const auto* text = sqlite3_column_text(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(size)};
  }
  std::int64_t Integer(int column) {
    return sqlite3_column_int64(statement_, column);
  }
  double Real(int column) { return sqlite3_column_double(statement_, column); }
  bool IsNull(int column) {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// Resets a statement on every way out.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) {}
  ~Use() { statement_.Reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Statement* operator->() { return &statement_; }

 private:
  Statement& statement_;
};

// Nothing when the row is of a kind that this version does not know.
std::optional<RecordedEvent> ReadEvent(Statement& row) {
  const EventKindRow* kind = FindEventKind(row.Text(kKind));
  if (kind == nullptr) return std::nullopt;
  RecordedEvent out;
  out.sequence = row.Integer(kSequence);
  out.received = row.Integer(kReceived);
  Event& event = out.event;
  event.id = row.Text(kId);
  event.kind = kind->kind;
  if (!row.IsNull(kTime)) event.time = row.Integer(kTime);
  event.environment = row.Text(kEnvironment);
  event.workflow = row.Text(kWorkflow);
  event.status = row.Text(kStatus);
  event.reason = row.Text(kReason);
  event.result = row.Text(kResult);
  if (!row.IsNull(kDuration)) event.duration = row.Real(kDuration);
  if (!row.IsNull(kPercentage)) event.percentage = row.Real(kPercentage);
  event.finished = row.Integer(kFinished) != 0;
  event.deployment_id = row.Text(kDeploymentId);
  event.run_url = row.Text(kRunUrl);
  out.reporter = row.Text(kReporter);
  return out;
}

absl::Status UnknownKind(const std::string& kind) {
  return absl::DataLossError("an event of the unknown kind \"" + kind + "\"");
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool ok = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (ok) return absl::OkStatus();
  return absl::UnavailableError(folder.string() + ": " + std::strerror(error));
}

// How SQLite is to open a file for reading. It would make -wal and -shm beside
// it, which may be forbidden; where there is no -wal nobody is writing, and it
// can do without.
std::string ReadingName(const std::string& file) {
  const std::string folder =
      std::filesystem::absolute(file).parent_path().string();
  std::error_code error;
  if (access(folder.c_str(), W_OK) == 0 ||
      std::filesystem::exists(file + "-wal", error)) {
    return file;
  }
  std::string uri = "file:";
  for (const char c : file) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

struct JournalDatabase::Rep {
  sqlite3* database = nullptr;
  int format = kFormat;  // Of the file.
  Statement insert_event, put_cell, put_probe, find_event, find_folded;

  ~Rep() {
    // Statements are members, finalised after this body: close_v2 waits.
    sqlite3_close_v2(database);
  }

  absl::Status Error(int code) const {
    return StatusOf(code, database == nullptr ? sqlite3_errstr(code)
                                              : sqlite3_errmsg(database));
  }
  absl::Status Execute(const char* sql) {
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? absl::OkStatus() : Error(code);
  }
  absl::Status CheckFormat();
  absl::Status BringUpToDate();
  absl::Status Prepare();
  // The one integer that a query answers.
  absl::StatusOr<std::int64_t> Ask(const char* sql) {
    Statement statement;
    int code = statement.Prepare(database, sql);
    if (code == SQLITE_OK) code = statement.Step();
    if (code != SQLITE_ROW) return Error(code);
    return statement.Integer(0);
  }
  absl::StatusOr<std::vector<Cell>> ReadCells(const char* sql);
  absl::Status PutCell(Statement& statement, const Cell& cell);
  absl::StatusOr<std::optional<Event>> FindFolded(const Event& offered);
  absl::Status Finish(Statement& statement) {
    const int code = statement.Step();
    return code == SQLITE_DONE ? absl::OkStatus() : Error(code);
  }
};

JournalDatabase::JournalDatabase(std::unique_ptr<Rep> rep)
    : rep_(std::move(rep)) {}
JournalDatabase::~JournalDatabase() = default;

absl::Status JournalDatabase::Create(const std::string& file) {
  const std::string draft = file + ".new";
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  {
    Rep rep;
    const int code = sqlite3_open_v2(
        draft.c_str(), &rep.database,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        nullptr);
    if (code != SQLITE_OK) return rep.Error(code);
    const std::string sql = absl::StrFormat(
        "PRAGMA synchronous=FULL; BEGIN; PRAGMA application_id=%d; "
        "PRAGMA user_version=%d; %s %s %s "
        "INSERT INTO facts VALUES ('created', %d); COMMIT;",
        kApplicationId, kFormat, kTables, kTablesOfFormat2, kColumnOfFormat3,
        base::Now());
    if (const auto status = rep.Execute(sql.c_str()); !status.ok()) {
      return status;
    }
  }
  return Rename(draft, file);
}

absl::Status JournalDatabase::Rename(const std::string& from,
                                     const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    return absl::UnavailableError(to + ": " + std::strerror(errno));
  }
  return SyncFolder(std::filesystem::absolute(to).parent_path());
}

absl::StatusOr<std::unique_ptr<JournalDatabase>> JournalDatabase::Open(
    const std::string& file, bool writable) {
  auto rep = std::make_unique<Rep>();
  const int flags = (writable ? SQLITE_OPEN_READWRITE
                              : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI) |
                    SQLITE_OPEN_NOMUTEX;
  const std::string name = writable ? file : ReadingName(file);
  const int code =
      sqlite3_open_v2(name.c_str(), &rep->database, flags, nullptr);
  if (code != SQLITE_OK) return rep->Error(code);
  // SQLite falls back to reading where it may not write.
  if (writable && sqlite3_db_readonly(rep->database, "main") != 0) {
    return absl::PermissionDeniedError("it cannot be written");
  }
  sqlite3_busy_timeout(rep->database, 5000);
  if (const auto status = rep->CheckFormat(); !status.ok()) return status;
  if (writable) {
    // FULL: a commit in WAL mode syncs before it returns.
    auto status =
        rep->Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    if (status.ok()) status = rep->BringUpToDate();
    if (!status.ok()) return status;
  }
  if (const auto status = rep->Prepare(); !status.ok()) return status;
  return std::unique_ptr<JournalDatabase>(new JournalDatabase(std::move(rep)));
}

absl::Status JournalDatabase::Rep::CheckFormat() {
  const auto application = Ask("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const auto version = Ask("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*application != kApplicationId) {
    return absl::FailedPreconditionError(
        *application == 0 && *version == 0
            ? "it is empty, or a SQLite file of another program"
            : "it is a SQLite file of another program");
  }
  if (*version > kFormat) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "it has format %d, written by a newer rollwatch; this one knows up to "
        "%d",
        *version, kFormat));
  }
  format = static_cast<int>(*version);
  return absl::OkStatus();
}

absl::Status JournalDatabase::Rep::BringUpToDate() {
  if (format == kFormat) return absl::OkStatus();
  std::string sql = "BEGIN; ";
  if (format < 2) {
    absl::StrAppendFormat(&sql,
                          "%s INSERT INTO facts SELECT 'created', "
                          "ifnull(min(received), %d) FROM events; ",
                          kTablesOfFormat2, base::Now());
  }
  absl::StrAppendFormat(&sql, "%s PRAGMA user_version=%d; COMMIT;",
                        kColumnOfFormat3, kFormat);
  const auto status = Execute(sql.c_str());
  if (status.ok()) format = kFormat;
  return status;
}

absl::Status JournalDatabase::Rep::Prepare() {
  struct Row {
    Statement* statement;
    std::string sql;
    int since = 1;  // The format that has what it reads or writes.
  };
  const std::string columns = EventColumns(format);
  const Row rows[] = {
      {&insert_event,
       "INSERT INTO events (" + columns +
           ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
       3},
      {&put_cell,
       "INSERT INTO totals VALUES (?1,?2,?3,?4) ON CONFLICT DO UPDATE SET "
       "value = excluded.value"},
      {&put_probe, "INSERT OR REPLACE INTO probe VALUES (1, ?1)"},
      {&find_event, "SELECT " + columns + " FROM events WHERE id = ?1"},
      {&find_folded, "SELECT 1 FROM folded_ids WHERE id = ?1", 2},
  };
  for (const Row& row : rows) {
    if (format < row.since) continue;
    const int prepared = row.statement->Prepare(database, row.sql);
    if (prepared != SQLITE_OK) return Error(prepared);
  }
  return absl::OkStatus();
}

absl::Status JournalDatabase::Begin() { return rep_->Execute("BEGIN"); }
absl::Status JournalDatabase::Commit() { return rep_->Execute("COMMIT"); }

void JournalDatabase::Rollback() {
  // Some errors have already rolled back.
  if (sqlite3_get_autocommit(rep_->database) == 0) {
    rep_->Execute("ROLLBACK").IgnoreError();
  }
}

absl::Status JournalDatabase::InsertEvent(const RecordedEvent& recorded) {
  const Event& event = recorded.event;
  Use row(rep_->insert_event);
  row->BindText(kId + 1, event.id);
  row->BindInteger(kSequence + 1, recorded.sequence);
  row->BindInteger(kReceived + 1, recorded.received);
  row->BindText(kKind + 1, Row(event.kind).name);
  if (event.time) row->BindInteger(kTime + 1, *event.time);
  row->BindText(kEnvironment + 1, event.environment);
  row->BindText(kWorkflow + 1, event.workflow);
  row->BindText(kStatus + 1, event.status);
  row->BindText(kReason + 1, event.reason);
  row->BindText(kResult + 1, event.result);
  row->BindReal(kDuration + 1, event.duration);
  row->BindReal(kPercentage + 1, event.percentage);
  row->BindInteger(kFinished + 1, event.finished ? 1 : 0);
  row->BindText(kDeploymentId + 1, event.deployment_id);
  row->BindText(kRunUrl + 1, event.run_url);
  row->BindText(kReporter + 1, recorded.reporter);
  return rep_->Finish(rep_->insert_event);
}

absl::Status JournalDatabase::PutCell(const Cell& cell) {
  return rep_->PutCell(rep_->put_cell, cell);
}

absl::Status JournalDatabase::Rep::PutCell(Statement& statement,
                                           const Cell& cell) {
  Use row(statement);
  row->BindText(1, cell.metric);
  row->BindText(2, cell.labels);
  row->BindText(3, cell.part);
  row->BindReal(4, cell.value);
  return Finish(statement);
}

absl::Status JournalDatabase::PutProbe(base::Timestamp time) {
  Use row(rep_->put_probe);
  row->BindInteger(1, time);
  return rep_->Finish(rep_->put_probe);
}

absl::StatusOr<base::Timestamp> JournalDatabase::Created() {
  return rep_->Ask(rep_->format == 1
                       ? "SELECT ifnull(min(received), 0) FROM events"
                       : "SELECT value FROM facts WHERE name = 'created'");
}

absl::StatusOr<std::optional<Event>> JournalDatabase::FindRecorded(
    const Event& offered) {
  Use row(rep_->find_event);
  row->BindText(1, offered.id);
  const int code = row->Step();
  if (code == SQLITE_DONE) return rep_->FindFolded(offered);
  if (code != SQLITE_ROW) return rep_->Error(code);
  auto recorded = ReadEvent(rep_->find_event);
  if (!recorded) return UnknownKind(row->Text(kKind));
  return std::optional<Event>(std::move(recorded->event));
}

absl::StatusOr<std::optional<Event>> JournalDatabase::Rep::FindFolded(
    const Event& offered) {
  if (format == 1) return std::optional<Event>();
  Use row(find_folded);
  row->BindText(1, offered.id);
  const int code = row->Step();
  if (code == SQLITE_DONE) return std::optional<Event>();
  if (code != SQLITE_ROW) return Error(code);
  return std::optional<Event>(offered);
}

absl::Status JournalDatabase::ForEachEvent(
    const std::function<bool(const RecordedEvent&)>& visit) {
  Statement rows;
  int code =
      rows.Prepare(rep_->database, "SELECT " + EventColumns(rep_->format) +
                                       " FROM events ORDER BY sequence");
  if (code != SQLITE_OK) return rep_->Error(code);
  while ((code = rows.Step()) == SQLITE_ROW) {
    const auto event = ReadEvent(rows);
    if (!event) return UnknownKind(rows.Text(kKind));
    if (!visit(*event)) return absl::OkStatus();
  }
  return code == SQLITE_DONE ? absl::OkStatus() : rep_->Error(code);
}

absl::StatusOr<std::vector<Cell>> JournalDatabase::Folded() {
  if (rep_->format == 1) return std::vector<Cell>();
  return rep_->ReadCells("SELECT metric, labels, part, value FROM folded");
}

absl::Status JournalDatabase::Fold(const std::vector<Cell>& state,
                                   std::int64_t sequence) {
  auto status = rep_->Execute("DELETE FROM folded");
  if (!status.ok()) return status;
  Statement put;
  const int code =
      put.Prepare(rep_->database, "INSERT INTO folded VALUES (?1,?2,?3,?4)");
  if (code != SQLITE_OK) return rep_->Error(code);
  for (const Cell& cell : state) {
    status = rep_->PutCell(put, cell);
    if (!status.ok()) return status;
  }
  const std::string sql = absl::StrFormat(
      "INSERT INTO folded_ids SELECT id FROM events WHERE sequence <= %d; "
      "DELETE FROM events WHERE sequence <= %d;",
      sequence, sequence);
  return rep_->Execute(sql.c_str());
}

absl::StatusOr<std::vector<RecordedEvent>> JournalDatabase::LastEvents(
    std::size_t count) {
  Statement rows;
  int code = rows.Prepare(rep_->database,
                          "SELECT " + EventColumns(rep_->format) +
                              " FROM events ORDER BY sequence DESC LIMIT ?1");
  if (code != SQLITE_OK) return rep_->Error(code);
  rows.BindInteger(1, static_cast<std::int64_t>(count));
  std::vector<RecordedEvent> events;
  while ((code = rows.Step()) == SQLITE_ROW) {
    auto event = ReadEvent(rows);
    if (!event) return UnknownKind(rows.Text(kKind));
    events.push_back(*std::move(event));
  }
  if (code != SQLITE_DONE) return rep_->Error(code);
  return events;
}

absl::StatusOr<std::vector<Cell>> JournalDatabase::Cells() {
  return rep_->ReadCells(
      "SELECT metric, labels, part, value FROM totals "
      "ORDER BY metric, labels, part");
}

absl::StatusOr<std::vector<Cell>> JournalDatabase::Rep::ReadCells(
    const char* sql) {
  Statement rows;
  int code = rows.Prepare(database, sql);
  if (code != SQLITE_OK) return Error(code);
  std::vector<Cell> cells;
  while ((code = rows.Step()) == SQLITE_ROW) {
    cells.push_back({rows.Text(0), rows.Text(1), rows.Text(2), rows.Real(3)});
  }
  if (code != SQLITE_DONE) return Error(code);
  return cells;
}

absl::StatusOr<std::vector<std::string>> JournalDatabase::Check(bool quick) {
  Statement rows;
  int code = rows.Prepare(
      rep_->database, quick ? "PRAGMA quick_check" : "PRAGMA integrity_check");
  if (code != SQLITE_OK) return rep_->Error(code);
  std::vector<std::string> damage;
  while ((code = rows.Step()) == SQLITE_ROW) {
    const std::string line = rows.Text(0);
    if (line != "ok") damage.push_back(line);
  }
  if (code != SQLITE_DONE) return rep_->Error(code);
  return damage;
}

absl::Status JournalDatabase::CopyTo(const std::string& file) {
  Rep copy;
  int code = sqlite3_open_v2(
      file.c_str(), &copy.database,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  if (code != SQLITE_OK) return copy.Error(code);
  auto status = copy.Execute("PRAGMA synchronous=FULL");
  if (!status.ok()) return status;
  sqlite3_backup* backup =
      sqlite3_backup_init(copy.database, "main", rep_->database, "main");
  if (backup == nullptr) return copy.Error(sqlite3_errcode(copy.database));
  // All pages in one step: they are of one moment.
  code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return copy.Error(code);
  return copy.Execute("PRAGMA journal_mode=DELETE");
}

}  // namespace exporter
