#include "exporter/journal_copy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_format.h"
#include "exporter/journal_reader.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

namespace fs = std::filesystem;

Event Deployment(std::string id) {
  Event event;
  event.id = std::move(id);
  event.environment = "staging";
  event.status = "success";
  event.duration = 0.1;
  return event;
}

class JournalCopyTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Journal>> Open() const {
    return Journal::Open({data(), schema::SchemaOptions::Default()});
  }
  void Record(const std::string& id) const {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE((*journal)->Record({Deployment(id)}).ok());
  }
  // The ids in the journal, the newest first.
  std::string Ids() const {
    const auto journal = Open();
    if (!journal.ok()) return std::string(journal.status().message());
    std::string ids;
    const auto events = (*journal)->Recent(100);
    for (const RecordedEvent& event : *events) {
      ids += event.event.id + " ";
    }
    return ids;
  }

  std::string data() const { return folder_.Path("data"); }
  std::string file() const { return data() + "/journal.sqlite"; }
  std::string copy() const { return folder_.Path("copy.sqlite"); }

  tests::TemporaryFolder folder_;
};

TEST_F(JournalCopyTest, CopiesMadeUnderLoadAreEachOfOneMoment) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  std::atomic<bool> stopping = false;
  std::thread client([&] {
    for (int i = 0; !stopping; ++i) {
      EXPECT_TRUE(
          (*journal)->Record({Deployment(absl::StrFormat("%d", i))}).ok());
    }
  });
  std::int64_t last = -1;
  for (int i = 0; i < 10; ++i) {
    const auto report = BackupJournal(data(), copy(), /*force=*/i > 0);
    EXPECT_TRUE(report.ok()) << report.status();
    if (!report.ok()) break;
    EXPECT_TRUE(report->ok());
    EXPECT_GE(report->events, last);
    last = report->events;
    // One file, which needs no other.
    EXPECT_FALSE(fs::exists(copy() + "-wal"));
    EXPECT_FALSE(fs::exists(copy() + ".new"));
  }
  stopping = true;
  client.join();
  EXPECT_TRUE(VerifyJournal(copy())->ok());
}

TEST_F(JournalCopyTest, CopyThatIsThereIsReplacedOnlyByForce) {
  Record("a");
  std::ofstream(copy()) << "mine";
  const auto refused = BackupJournal(data(), copy(), /*force=*/false);
  EXPECT_TRUE(absl::IsAlreadyExists(refused.status()));
  EXPECT_EQ(tests::ReadFile(copy()), "mine");
  EXPECT_TRUE(BackupJournal(data(), copy(), /*force=*/true).ok());
}

TEST_F(JournalCopyTest, RestoreBringsTheCopyBack) {
  Record("a");
  ASSERT_TRUE(BackupJournal(data(), copy(), false).ok());
  fs::remove_all(data());
  const auto report = RestoreJournal(copy(), data(), /*force=*/false);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->events, 1);
  EXPECT_EQ(Ids(), "a ");
}

TEST_F(JournalCopyTest, RestoreOverAJournalNeedsForceAndKeepsTheOld) {
  Record("a");
  ASSERT_TRUE(BackupJournal(data(), copy(), false).ok());
  Record("b");
  EXPECT_TRUE(absl::IsAlreadyExists(
      RestoreJournal(copy(), data(), /*force=*/false).status()));
  EXPECT_EQ(Ids(), "b a ");
  ASSERT_TRUE(RestoreJournal(copy(), data(), /*force=*/true).ok());
  EXPECT_EQ(Ids(), "a ");
  EXPECT_EQ(VerifyJournal(ReplacedJournal(data()))->events, 2);
}

TEST_F(JournalCopyTest, LogOfTheOldJournalIsKeptWithItAndNotReplayed) {
  Record("a");
  ASSERT_TRUE(BackupJournal(data(), copy(), false).ok());
  // What a process leaves that was killed: the event is in the log alone.
  const std::string killed = folder_.Path("killed");
  {
    const auto journal = Open();
    ASSERT_TRUE((*journal)->Record({Deployment("b")}).ok());
    fs::create_directory(killed);
    for (const char* part : {"", "-wal"}) {
      fs::copy(file() + part, killed + "/journal.sqlite" + part);
    }
  }
  fs::remove_all(data());
  fs::rename(killed, data());
  ASSERT_TRUE(RestoreJournal(copy(), data(), /*force=*/true).ok());
  EXPECT_EQ(Ids(), "a ");
  EXPECT_EQ(VerifyJournal(ReplacedJournal(data()))->events, 2);
}

TEST_F(JournalCopyTest, DamagedCopyIsNotRestored) {
  Record("a");
  ASSERT_TRUE(BackupJournal(data(), copy(), false).ok());
  ASSERT_EQ(
      tests::Run({"sqlite3", copy(), "UPDATE totals SET value = 7"}).status, 0);
  for (const bool force : {false, true}) {
    const auto report = RestoreJournal(copy(), data(), force);
    EXPECT_TRUE(absl::IsDataLoss(report.status())) << report.status();
  }
  EXPECT_EQ(Ids(), "a ");
}

TEST_F(JournalCopyTest, RestoreUnderARunningSidecarIsRefused) {
  Record("a");
  ASSERT_TRUE(BackupJournal(data(), copy(), false).ok());
  const auto journal = Open();
  const auto report = RestoreJournal(copy(), data(), /*force=*/true);
  EXPECT_TRUE(absl::IsFailedPrecondition(report.status())) << report.status();
}

TEST_F(JournalCopyTest, DamagedJournalIsNotBackedUp) {
  Record("a");
  ASSERT_EQ(
      tests::Run({"sqlite3", file(), "UPDATE totals SET value = 7"}).status, 0);
  EXPECT_FALSE(BackupJournal(data(), copy(), false).ok());
  EXPECT_FALSE(fs::exists(copy()));
  EXPECT_FALSE(fs::exists(copy() + ".new"));
}

TEST_F(JournalCopyTest, ReaderResolvesAndWritesNothing) {
  const JournalOptions options = {data(), schema::SchemaOptions::Default()};
  auto empty = JournalReader::Open(options);
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ((*empty)->Resolve({Deployment("a")})->fresh.size(), 1U);
  EXPECT_FALSE(fs::exists(data()));
  Record("a");
  const auto reader = JournalReader::Open(options);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->totals().last_sequence(), 1);
  const auto resolution =
      (*reader)->Resolve({Deployment("b"), Deployment("a"), Deployment("b")});
  EXPECT_EQ(resolution->fresh, std::vector<std::size_t>{0});
  Event other = Deployment("a");
  other.status = "failed";
  EXPECT_TRUE((*reader)->Resolve({other})->receipt.conflict);
  EXPECT_EQ(Ids(), "a ");
}

}  // namespace
}  // namespace exporter
