#include "exporter/journal.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "exporter/journal_database.h"
#include "exporter/journal_lock.h"
#include "exporter/journal_verify.h"
#include "exporter/shared_totals.h"

namespace exporter {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFileName = "journal.sqlite";
// How many events one transaction takes at most: it bounds the time that the
// first of them waits.
constexpr std::size_t kEventsPerCommit = 10000;

enum class Task { kRecord, kProbe, kFold };

// What waits for the writer: a batch, or something that it is to do.
struct Waiting {
  Task task = Task::kRecord;
  std::vector<Event> events;
  std::string reporter;
  base::Timestamp fold_before = 0;
  std::int64_t folded = 0;
  bool done = false;
  absl::StatusOr<Receipt> result = Receipt{};
  bool records = false;  // New events, in the transaction under way.
};

absl::Status AnnotateOpening(const absl::Status& status,
                             const std::string& file) {
  return Annotate(status, file, AdviceFor(status));
}

// Makes the folder, and refuses what looks like the rest of a journal.
absl::Status CheckPlace(const std::string& file) {
  std::error_code error;
  const fs::path folder = fs::absolute(file).parent_path();
  fs::create_directories(folder, error);
  if (error) {
    return AnnotateOpening(absl::PermissionDeniedError(error.message()),
                           folder.string());
  }
  if (fs::exists(file, error)) {
    if (fs::file_size(file, error) == 0 && !error) {
      return AnnotateOpening(
          absl::DataLossError("the journal is an empty file"), file);
    }
    return absl::OkStatus();
  }
  if (fs::exists(file + "-wal", error)) {
    return Annotate(
        absl::DataLossError("the journal is gone, but its -wal is there"), file,
        "put the journal back beside its -wal, or move the -wal away to count "
        "from zero");
  }
  return absl::OkStatus();
}

}  // namespace

std::string JournalFile(const std::string& path) {
  std::error_code error;
  if (fs::path(path).extension() == ".sqlite" ||
      fs::is_regular_file(path, error)) {
    return path;
  }
  return (fs::path(path) / kFileName).string();
}

struct Journal::Rep {
  std::string file;
  JournalLock process_lock;
  std::unique_ptr<JournalDatabase> database;  // Of the writer thread.
  std::mutex reader_mutex;
  std::unique_ptr<JournalDatabase> reader;  // For Recent.

  std::mutex queue_mutex;
  std::condition_variable arrived;
  std::condition_variable finished;
  std::deque<Waiting*> queue;
  bool stopping = false;

  // What is committed is published; the writer runs ahead in a transaction.
  std::unique_ptr<SharedTotals> totals;
  std::atomic<std::int64_t> commits{0};
  AdmissionLimits limits;
  RejectionCounter rejections;
  std::thread writer;

  absl::StatusOr<Receipt> Submit(Waiting& waiting);
  void Write();
  std::vector<Waiting*> NextGroup();
  void CommitGroup(const std::vector<Waiting*>& group);
  absl::Status Transact(const std::vector<Waiting*>& group);
  absl::Status Insert(Waiting& waiting, std::vector<Cell>& changed);
  absl::Status Fold(Waiting& waiting);
  absl::Status PutCells(const std::vector<Cell>& changed);
};

Journal::Journal(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {
  rep_->writer = std::thread([rep = rep_.get()] { rep->Write(); });
}

Journal::~Journal() {
  {
    const std::lock_guard lock(rep_->queue_mutex);
    rep_->stopping = true;
  }
  rep_->arrived.notify_all();
  rep_->writer.join();
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(JournalOptions options) {
  auto rep = std::make_unique<Rep>();
  rep->file = JournalFile(options.path);
  const std::string& file = rep->file;
  if (const auto status = CheckPlace(file); !status.ok()) return status;
  const fs::path folder = fs::absolute(file).parent_path();
  const std::string_view shared =
      SharedFileSystem(options.file_system_type(folder.string()));
  if (!shared.empty()) {
    return Annotate(
        absl::FailedPreconditionError(absl::StrFormat(
            "the folder lies on %s, where a lock does not keep other machines "
            "out and a sync promises little",
            shared)),
        folder.string(),
        "give --storage.path a folder on a disk of this machine, such as a "
        "volume that is attached as a block device");
  }
  if (const auto status = rep->process_lock.Take(file); !status.ok()) {
    return status;
  }
  // Under the lock, so that two starts at once do not make it twice.
  std::error_code error;
  if (!fs::exists(file, error)) {
    const auto status = JournalDatabase::Create(file);
    if (!status.ok()) return AnnotateOpening(status, file);
  }
  for (auto* database : {&rep->database, &rep->reader}) {
    auto opened =
        JournalDatabase::Open(file, /*writable=*/database == &rep->database);
    if (!opened.ok()) {
      return AnnotateOpening(opened.status(), file);
    }
    *database = *std::move(opened);
  }
  rep->limits = options.limits;
  Totals totals(options.schema);
  auto report = FoldAndCompare(*rep->database, totals, /*quick=*/true);
  if (!report.ok()) return AnnotateOpening(report.status(), file);
  if (!report->ok()) {
    const std::string what =
        !report->damage.empty()
            ? "the journal is damaged: " + report->damage.front()
            : absl::StrFormat("%d of its totals differ from its events",
                              report->differences.size());
    return AnnotateOpening(absl::DataLossError(what), file);
  }
  rep->totals = std::make_unique<SharedTotals>(std::move(totals));
  return std::unique_ptr<Journal>(new Journal(std::move(rep)));
}

absl::StatusOr<Receipt> Journal::RecordBatch(std::vector<Event> events,
                                             std::string reporter) {
  Waiting waiting;
  waiting.events = std::move(events);
  waiting.reporter = std::move(reporter);
  return rep_->Submit(waiting);
}

absl::Status Journal::Probe() {
  Waiting waiting;
  waiting.task = Task::kProbe;
  return rep_->Submit(waiting).status();
}

absl::StatusOr<std::int64_t> Journal::Fold(base::Timestamp before) {
  Waiting waiting;
  waiting.task = Task::kFold;
  waiting.fold_before = before;
  const absl::Status status = rep_->Submit(waiting).status();
  if (!status.ok()) return status;
  return waiting.folded;
}

AdmissionLimits Journal::limits() const { return rep_->limits; }

RejectionCounts Journal::rejections() const {
  return rep_->rejections.counts();
}

void Journal::Read(const std::function<void(const Totals&)>& read) const {
  rep_->totals->Read(read);
}

absl::StatusOr<std::vector<RecordedEvent>> Journal::Recent(
    std::size_t count) const {
  const std::lock_guard lock(rep_->reader_mutex);
  return rep_->reader->LastEvents(count);
}

const std::string& Journal::file() const { return rep_->file; }
std::int64_t Journal::commits() const { return rep_->commits; }

absl::StatusOr<Receipt> Journal::Rep::Submit(Waiting& waiting) {
  std::unique_lock lock(queue_mutex);
  queue.push_back(&waiting);
  arrived.notify_one();
  finished.wait(lock, [&] { return waiting.done; });
  return std::move(waiting.result);
}

// The batches that have come since the last commit, as many as fit. Folding
// has a commit of its own: its failure must not be theirs.
std::vector<Waiting*> Journal::Rep::NextGroup() {
  std::unique_lock lock(queue_mutex);
  arrived.wait(lock, [&] { return stopping || !queue.empty(); });
  std::vector<Waiting*> group;
  std::size_t events = 0;
  while (!queue.empty() &&
         (group.empty() ||
          events + queue.front()->events.size() <= kEventsPerCommit)) {
    const bool folds = queue.front()->task == Task::kFold;
    if (folds && !group.empty()) break;
    events += queue.front()->events.size();
    group.push_back(queue.front());
    queue.pop_front();
    if (folds) break;
  }
  return group;
}

void Journal::Rep::Write() {
  for (;;) {
    const std::vector<Waiting*> group = NextGroup();
    if (group.empty()) return;
    CommitGroup(group);
    {
      const std::lock_guard lock(queue_mutex);
      for (Waiting* waiting : group) waiting->done = true;
    }
    finished.notify_all();
  }
}

void Journal::Rep::CommitGroup(const std::vector<Waiting*>& group) {
  const absl::Status status = Transact(group);
  if (!status.ok()) {
    database->Rollback();
    totals->Discard();
    for (Waiting* waiting : group) {
      waiting->result = absl::Status(
          status.code(),
          absl::StrFormat("%s: %s", file, std::string(status.message())));
    }
    return;
  }
  totals->Publish();
}

absl::Status Journal::Rep::Transact(const std::vector<Waiting*>& group) {
  if (const auto status = database->Begin(); !status.ok()) return status;
  std::vector<Cell> changed;
  bool writes = false;
  for (Waiting* waiting : group) {
    absl::Status status;
    switch (waiting->task) {
      case Task::kRecord:
        status = Insert(*waiting, changed);
        break;
      case Task::kProbe:
        status = database->PutProbe(base::Now());
        break;
      case Task::kFold:
        status = Fold(*waiting);
        break;
    }
    if (!status.ok()) return status;
    writes |= waiting->task != Task::kRecord || waiting->records;
  }
  if (const auto status = PutCells(changed); !status.ok()) return status;
  if (const auto status = database->Commit(); !status.ok()) return status;
  // Duplicates alone change nothing.
  if (writes) ++commits;
  return absl::OkStatus();
}

absl::Status Journal::Rep::Insert(Waiting& waiting,
                                  std::vector<Cell>& changed) {
  absl::Status failure;
  Resolution resolution = Resolve(
      waiting.events, [&](const Event& offered) -> std::optional<Event> {
        auto found = database->FindRecorded(offered);
        if (found.ok()) return *std::move(found);
        failure = found.status();
        return std::nullopt;
      });
  if (!failure.ok()) return failure;
  const base::Timestamp now = base::Now();
  if (auto rejection = FindRejection(waiting.events, resolution.fresh,
                                     totals->next(), limits, now)) {
    rejections.Add(*rejection);
    waiting.result = Receipt{{}, {}, std::move(rejection)};
    return absl::OkStatus();
  }
  for (const std::size_t index : resolution.fresh) {
    RecordedEvent event{totals->next().last_sequence() + 1, now,
                        std::move(waiting.events[index]), waiting.reporter};
    if (const auto status = database->InsertEvent(event); !status.ok()) {
      return status;
    }
    totals->Apply(std::move(event), changed);
    waiting.records = true;
  }
  waiting.result = std::move(resolution.receipt);
  return absl::OkStatus();
}

absl::Status Journal::Rep::Fold(Waiting& waiting) {
  const auto state = database->Folded();
  if (!state.ok()) return state.status();
  Totals folded;
  folded.Restore(*state);
  const auto status = database->ForEachEvent([&](const RecordedEvent& event) {
    const bool folds =
        event.received < waiting.fold_before &&
        static_cast<std::size_t>(waiting.folded) < kEventsPerCommit;
    if (folds) {
      folded.Apply(event);
      ++waiting.folded;
    }
    return folds;
  });
  if (!status.ok() || waiting.folded == 0) return status;
  return database->Fold(folded.State(), folded.last_sequence());
}

// Only the last value of each cell is written.
absl::Status Journal::Rep::PutCells(const std::vector<Cell>& changed) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>,
           const Cell*>
      last;
  for (const Cell& cell : changed) {
    last[{cell.metric, cell.labels, cell.part}] = &cell;
  }
  for (const auto& [place, cell] : last) {
    if (const auto status = database->PutCell(*cell); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace exporter
