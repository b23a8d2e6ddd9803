#include "exporter/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_format.h"

namespace exporter {
namespace {

namespace fs = std::filesystem;

Event Deployment(const std::string& id, double duration) {
  Event event;
  event.id = id;
  event.environment = "staging";
  event.status = "success";
  event.duration = duration;
  return event;
}

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (fs::temp_directory_path() / "rollwatch-journal-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  absl::StatusOr<std::unique_ptr<Journal>> Open() {
    return Journal::Open({folder_.string(), schema::SchemaOptions::Default()});
  }

  // What SQLite itself does to the file.
  void Sql(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    char* error = nullptr;
    sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_free(error);
    sqlite3_close(database);
  }

  // What verify says, the problems one a line.
  std::string Verify() {
    const auto report = VerifyJournal(folder_.string());
    if (!report.ok()) return std::string(report.status().message());
    std::string out;
    for (const std::string& line : report->damage) out += line + "\n";
    for (const CellDifference& d : report->differences) {
      out += absl::StrFormat("%s%s %s %g, not %s %g\n",
                             d.stored.metric + d.computed.metric,
                             d.stored.labels, d.stored.part, d.stored.value,
                             d.computed.part, d.computed.value);
    }
    return out;
  }

  std::string file() const { return (folder_ / "journal.sqlite").string(); }

  fs::path folder_;
};

std::vector<Cell> CellsOf(const Journal& journal) {
  std::vector<Cell> cells;
  journal.Read([&](const Totals& totals) { cells = totals.Cells(); });
  return cells;
}

TEST_F(JournalTest, ReopeningRestoresTotalsBitForBit) {
  std::vector<Cell> before;
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE((*journal)
                      ->Record({Deployment(absl::StrFormat("%d", i), 0.1 * i)})
                      .ok());
    }
    before = CellsOf(**journal);
  }
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  const std::vector<Cell> after = CellsOf(**journal);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i], before[i]);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(after[i].value),
              std::bit_cast<std::uint64_t>(before[i].value));
  }
  EXPECT_EQ(Verify(), "");
}

TEST_F(JournalTest, ExemplarsSurviveARestart) {
  const auto link = [](const Journal& journal) {
    std::string links;
    journal.Read([&](const Totals& totals) {
      for (const auto& [key, total] : totals.series()) {
        for (const auto& exemplar : total.exemplars) {
          if (exemplar) absl::StrAppendFormat(&links, "%s ", exemplar->run_url);
        }
      }
    });
    return links;
  };
  Event event = Deployment("a", 7);
  event.run_url = "https://ci/1";
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE((*journal)->Record({event}).ok());
    EXPECT_EQ(link(**journal), "https://ci/1 https://ci/1 ");
  }
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ(link(**journal), "https://ci/1 https://ci/1 ");
}

TEST_F(JournalTest, EveryFieldSurvives) {
  std::vector<EventError> errors;
  const std::vector<Event> events = ParseEvents(
      R"([{"id":"a","kind":"deployment","environment":"staging","status":"failed","duration":1.25,"deployment_id":"x","run_url":"https://ci/1","time":"2026-01-02T03:04:05.678Z"},
          {"id":"b","kind":"canary","environment":"staging","deployment_id":"x","percentage":12.5,"finished":true},
          {"id":"c","kind":"query","workflow":"w","result":"timeout"},
          {"id":"d","kind":"rollback","environment":"production","reason":"manual"},
          {"id":"\u00e9\"'","kind":"smoke-test","environment":"staging","result":"passed","duration":0}])",
      schema::Schema::Ours(), base::Now(), errors);
  ASSERT_EQ(events.size(), 5U);
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE((*journal)->Record(events, "token release").ok());
    // What is known keeps who brought it.
    ASSERT_TRUE((*journal)->Record(events, "token other").ok());
  }
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto recent = (*journal)->Recent(10);
  ASSERT_TRUE(recent.ok()) << recent.status();
  ASSERT_EQ(recent->size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*recent)[4 - i].event, events[i]);
    EXPECT_EQ((*recent)[4 - i].sequence, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ((*recent)[4 - i].reporter, "token release");
  }
  EXPECT_EQ((*journal)->Recent(2)->size(), 2U);
}

TEST_F(JournalTest, DuplicateCountsOnceAlsoAfterAReopen) {
  for (int round = 0; round < 2; ++round) {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    const auto receipt = (*journal)->Record({Deployment("a", 5)});
    ASSERT_TRUE(receipt.ok());
    EXPECT_EQ(receipt->outcomes.at(0),
              round == 0 ? Outcome::kRecorded : Outcome::kDuplicate);
    EXPECT_EQ((*journal)->Recent(10)->size(), 1U);
  }
}

TEST_F(JournalTest, ConflictRecordsNothingOfItsBatch) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE((*journal)->Record({Deployment("a", 5)}).ok());
  const auto receipt =
      (*journal)->Record({Deployment("b", 1), Deployment("a", 6)});
  ASSERT_TRUE(receipt.ok());
  ASSERT_TRUE(receipt->conflict);
  EXPECT_EQ(receipt->conflict->id, "a");
  EXPECT_EQ(receipt->conflict->field, "duration");
  EXPECT_EQ(receipt->conflict->recorded, "5");
  EXPECT_EQ(receipt->conflict->offered, "6");
  EXPECT_EQ((*journal)->Recent(10)->size(), 1U);
  // The order has no hole.
  ASSERT_TRUE((*journal)->Record({Deployment("b", 1)}).ok());
  EXPECT_EQ(Verify(), "");
}

TEST_F(JournalTest, ConcurrentSubmittersShareCommitsAndCountOnce) {
  constexpr int kThreads = 16;
  constexpr int kEvents = 20;
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEvents; ++i) {
        // Each event comes from two threads.
        const std::string id = absl::StrFormat("%d-%d", t / 2, i);
        EXPECT_TRUE((*journal)->Record({Deployment(id, 0.1)}).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto recent = (*journal)->Recent(kThreads * kEvents);
  EXPECT_EQ(recent->size(), kThreads / 2 * kEvents);
  // Twice each, and many in a commit.
  EXPECT_LT((*journal)->commits(), kThreads / 2 * kEvents);
  EXPECT_EQ(Verify(), "");
}

TEST_F(JournalTest, SecondWriterIsRefusedUntilTheFirstCloses) {
  auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Open();
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.status().message().find("another process writes"),
            std::string_view::npos);
  *first = nullptr;
  EXPECT_TRUE(Open().ok());
}

TEST_F(JournalTest, ReadersAreLetInMeanwhile) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE((*journal)->Record({Deployment("a", 5)}).ok());
  EXPECT_EQ(Verify(), "");
  EXPECT_EQ(VerifyJournal(folder_.string())->events, 1);
}

TEST_F(JournalTest, ProbeWritesAndTellsWhyItCannot) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  const std::int64_t before = (*journal)->commits();
  EXPECT_TRUE((*journal)->Probe().ok());
  EXPECT_EQ((*journal)->commits(), before + 1);
  Sql("DROP TABLE probe");
  const absl::Status status = (*journal)->Probe();
  EXPECT_NE(status.message().find("no such table: probe"),
            std::string_view::npos)
      << status;
}

TEST_F(JournalTest, FailedCommitCountsNothingAndCanBeRetried) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE((*journal)->Record({Deployment("a", 5)}).ok());
  Sql("ALTER TABLE totals RENAME TO elsewhere");
  EXPECT_FALSE((*journal)->Record({Deployment("b", 5)}).ok());
  EXPECT_EQ((*journal)->Recent(10)->size(), 1U);
  Sql("ALTER TABLE elsewhere RENAME TO totals");
  EXPECT_TRUE((*journal)->Record({Deployment("b", 5)}).ok());
  EXPECT_EQ((*journal)->Recent(10)->size(), 2U);
  EXPECT_EQ(Verify(), "");
}

// Limits how large files may grow while it lives: writing more fails as on a
// full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_;
};

TEST_F(JournalTest, FullDiskRecordsNothingUntilThereIsRoom) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE((*journal)->Record({Deployment("a", 5)}).ok());
  const std::vector<Cell> before = CellsOf(**journal);
  {
    const FileSizeLimit limit(fs::file_size(file() + "-wal") + 100);
    const auto receipt = (*journal)->Record({Deployment("b", 5)});
    EXPECT_FALSE(receipt.ok());
    EXPECT_FALSE((*journal)->Probe().ok());
    EXPECT_EQ(CellsOf(**journal), before);
  }
  EXPECT_TRUE((*journal)->Probe().ok());
  EXPECT_TRUE((*journal)->Record({Deployment("b", 5)}).ok());
  EXPECT_EQ((*journal)->Recent(10)->size(), 2U);
  EXPECT_EQ(Verify(), "");
}

struct Tampering {
  const char* name;
  const char* sql;
  const char* verify;
};

constexpr Tampering kTamperings[] = {
    {"TotalRaised",
     "UPDATE totals SET value = 3 WHERE metric = 'deployment_total'",
     "deployment_totaldeployment_total{environment=\"staging\", "
     "status=\"success\"} value 3, not value 2\n"},
    {"SumOffByOneBit",
     "UPDATE totals SET value = value + 2e-16 WHERE part = 'sum'",
     "deployment_duration_secondsdeployment_duration_seconds{environment="
     "\"staging\"} sum 0.3, not sum 0.3\n"},
    {"TotalRemoved", "DELETE FROM totals WHERE metric = 'deployment_total'",
     "deployment_total  0, not value 2\n"},
    {"TotalInvented",
     "INSERT INTO totals VALUES ('deployment_total', '{}', 'value', 1)",
     "deployment_total{} value 1, not  0\n"},
    {"FirstEventRemoved", "DELETE FROM events WHERE sequence = 1",
     "event 1 is missing\n"
     "deployment_duration_secondsdeployment_duration_seconds{environment="
     "\"staging\"} le=60 2, not le=60 1\n"
     "deployment_duration_secondsdeployment_duration_seconds{environment="
     "\"staging\"} sum 0.3, not sum 0.2\n"
     "deployment_totaldeployment_total{environment=\"staging\", "
     "status=\"success\"} value 2, not value 1\n"},
};

class TamperedJournalTest : public JournalTest,
                            public testing::WithParamInterface<Tampering> {};

TEST_P(TamperedJournalTest, IsSeenAndNotOpened) {
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE(
        (*journal)->Record({Deployment("a", 0.1), Deployment("b", 0.2)}).ok());
  }
  Sql(GetParam().sql);
  EXPECT_EQ(Verify(), GetParam().verify);
  const auto journal = Open();
  EXPECT_EQ(journal.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(journal.status().message().find("= help: "),
            std::string_view::npos);
}

INSTANTIATE_TEST_SUITE_P(Journal, TamperedJournalTest,
                         testing::ValuesIn(kTamperings),
                         [](const auto& test) { return test.param.name; });

TEST_F(JournalTest, DamagedPageIsRefused) {
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    std::vector<Event> events;
    for (int i = 0; i < 500; ++i) {
      events.push_back(Deployment(absl::StrFormat("event-%d", i), i));
    }
    ASSERT_TRUE((*journal)->Record(events).ok());
  }
  {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(5 * 4096);
    out << std::string(8192, 'x');
  }
  EXPECT_NE(Verify(), "");
  const auto journal = Open();
  EXPECT_EQ(journal.status().code(), absl::StatusCode::kDataLoss)
      << journal.status();
}

struct OtherFile {
  const char* name;
  const char* content;  // Of journal.sqlite; null: SQL `sql` makes it.
  const char* sql;
  const char* says;
};

constexpr OtherFile kOtherFiles[] = {
    {"Empty", "", nullptr, "the journal is an empty file"},
    {"Text",
     "this is no database, but long enough to be looked at: it has "
     "more than a hundred bytes, as a header has",
     nullptr, "file is not a database"},
    {"OfAnotherProgram", nullptr, "CREATE TABLE t (a); PRAGMA application_id=7",
     "a SQLite file of another program"},
    {"OfANewerFormat", nullptr,
     "CREATE TABLE t (a); PRAGMA application_id=0x52574A31; PRAGMA "
     "user_version=4",
     "it has format 4, written by a newer rollwatch"},
};

class OtherFileTest : public JournalTest,
                      public testing::WithParamInterface<OtherFile> {};

TEST_P(OtherFileTest, IsRefusedAndLeftAsItIs) {
  if (GetParam().content != nullptr) {
    std::ofstream(file()) << GetParam().content;
  } else {
    Sql(GetParam().sql);
  }
  const auto size = fs::file_size(file());
  const auto journal = Open();
  ASSERT_FALSE(journal.ok());
  EXPECT_NE(journal.status().message().find(GetParam().says),
            std::string_view::npos)
      << journal.status();
  EXPECT_EQ(fs::file_size(file()), size);
}

INSTANTIATE_TEST_SUITE_P(Files, OtherFileTest, testing::ValuesIn(kOtherFiles),
                         [](const auto& test) { return test.param.name; });

TEST_F(JournalTest, LostFileBesideItsLogIsRefused) {
  std::ofstream(file() + "-wal") << "x";
  const auto journal = Open();
  EXPECT_EQ(journal.status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(JournalTest, FolderIsMadeAndAFileMayBeNamed) {
  const fs::path named = folder_ / "deep" / "er" / "mine.sqlite";
  const auto journal =
      Journal::Open({named.string(), schema::SchemaOptions::Default()});
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ((*journal)->file(), named.string());
  EXPECT_TRUE(fs::exists(named));
}

TEST_F(JournalTest, FolderThatMayNotBeWrittenCanBeVerified) {
  ASSERT_TRUE((*Open())->Record({Deployment("a", 1)}).ok());
  ASSERT_FALSE(fs::exists(file() + "-wal"));
  // Special to a URI, through which such a file is opened.
  const fs::path special = folder_ / "100%?#";
  fs::create_directory(special);
  fs::rename(file(), special / "journal.sqlite");
  folder_ /= "100%?#";
  fs::permissions(folder_.parent_path(), fs::perms(0755));
  fs::permissions(folder_, fs::perms(0555));
  const pid_t child = fork();
  if (child == 0) {
    // No permission holds root back.
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    const std::string said = Verify();
    std::fprintf(stderr, "%s", said.c_str());
    _exit(said.empty() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  fs::permissions(folder_, fs::perms(0755));
  folder_ = folder_.parent_path();
}

TEST_F(JournalTest, VerifyOfNothingSaysSo) {
  EXPECT_NE(Verify().find("unable to open database file"), std::string::npos);
}

}  // namespace
}  // namespace exporter
