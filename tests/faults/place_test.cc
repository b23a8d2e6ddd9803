// A journal that cannot be trusted or written is refused with the reason and
// the way out, and left as it is.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "exporter/journal.h"
#include "tests/faults/counts.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

namespace fs = std::filesystem;

Event Deployment(std::string id) {
  Event event;
  event.id = std::move(id);
  event.environment = "staging";
  event.status = "success";
  return event;
}

class PlaceTest : public testing::Test {
 protected:
  PlaceTest() {
    auto journal = Open();
    EXPECT_TRUE(journal.ok()) << journal.status();
    EXPECT_TRUE((*journal)->Record({Deployment("a")}).ok());
  }

  absl::StatusOr<std::unique_ptr<Journal>> Open() const {
    return Journal::Open({data(), schema::SchemaOptions::Default()});
  }

  // What opening says to a user who owns nothing here.
  std::string OpenAsNobody() const {
    fs::permissions(fs::path(data()).parent_path(), fs::perms(0755));
    const std::string said = folder_.Path("said");
    std::ofstream(said).close();
    fs::permissions(said, fs::perms(0666));
    const pid_t child = fork();
    if (child == 0) {
      if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
      std::ofstream(said) << Open().status().message();
      _exit(0);
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    return tests::ReadFile(said);
  }

  std::string data() const { return folder_.Path("data"); }
  std::string file() const { return data() + "/journal.sqlite"; }

  tests::TemporaryFolder folder_;
};

void ExpectRefusal(const std::string& said, const char* what,
                   const char* help) {
  EXPECT_NE(said.find(what), std::string::npos) << said;
  EXPECT_NE(said.find("= help: "), std::string::npos) << said;
  EXPECT_NE(said.find(help), std::string::npos) << said;
}

TEST_F(PlaceTest, ReadOnlyJournalIsRefused) {
  fs::permissions(file(), fs::perms(0444));
  fs::permissions(data() + "/JOURNAL.lock", fs::perms(0666));
  fs::permissions(data(), fs::perms(0777));
  ExpectRefusal(OpenAsNobody(), "it cannot be written",
                "let the user that this runs as write");
  tests::Tell("a journal that may only be read: refused, with the reason");
}

TEST_F(PlaceTest, ReadOnlyFolderIsRefused) {
  fs::permissions(data(), fs::perms(0555));
  ExpectRefusal(OpenAsNobody(), "Permission denied",
                "let the user that this runs as write");
  fs::permissions(data(), fs::perms(0755));
  EXPECT_EQ((*Open())->Recent(10)->size(), 1U);
}

TEST_F(PlaceTest, EveryDamagedPageIsSeenOrHarmless) {
  {
    const auto journal = Open();
    for (int i = 0; i < 300; ++i) {
      ASSERT_TRUE(
          (*journal)->Record({Deployment("event-" + std::to_string(i))}).ok());
    }
  }
  const std::string sound = tests::ReadFile(file());
  int refused = 0;
  int unchanged = 0;
  for (std::size_t page = 0; page < sound.size() / 4096; ++page) {
    std::string damaged = sound;
    damaged.replace(page * 4096 + 8, 2048, 2048, 'x');
    std::ofstream(file(), std::ios::binary) << damaged;
    auto journal = Open();
    if (journal.ok()) {
      // Then nothing of what it holds was there.
      EXPECT_EQ((*journal)->Recent(1000)->size(), 301U) << "page " << page;
      ++unchanged;
      *journal = nullptr;
    } else {
      ExpectRefusal(std::string(journal.status().message()), "journal.sqlite",
                    "put a backup in its place");
      EXPECT_EQ(tests::ReadFile(file()), damaged);
      ++refused;
    }
    fs::remove(file() + "-wal");
    fs::remove(file() + "-shm");
  }
  EXPECT_GT(refused, unchanged);
  tests::Tell(std::to_string(refused) +
              " journals with a damaged page: "
              "refused and left as they were; " +
              std::to_string(unchanged) + " damaged where nothing is stored");
}

TEST_F(PlaceTest, NetworkFileSystemIsRefused) {
  struct Row {
    std::uint64_t type;
    const char* name;
  };
  constexpr Row kRows[] = {{0x6969, "NFS"},
                           {0xFF534D42, "CIFS"},
                           {0x00C36400, "Ceph"},
                           {0x01021997, "9P"},
                           {0x65735546, "FUSE"}};
  for (const Row& row : kRows) {
    const auto journal =
        Journal::Open({data(), schema::SchemaOptions::Default(),
                       [&](const std::string&) { return row.type; }});
    ASSERT_FALSE(journal.ok());
    ExpectRefusal(std::string(journal.status().message()), row.name,
                  "a disk of this machine");
  }
  // Which a temporary folder is not.
  EXPECT_EQ(SharedFileSystem(FileSystemType(data())), "");
  EXPECT_NE(FileSystemType(data()), 0U);
  tests::Tell("a journal on NFS, CIFS, Ceph, 9P and FUSE: refused");
}

// What makes a journal of today one of an older format.
struct OldFormat {
  int format;
  const char* sql;
};
constexpr OldFormat kOldFormats[] = {
    {1,
     "DROP TABLE facts; DROP TABLE folded; DROP TABLE folded_ids; "
     "ALTER TABLE events DROP COLUMN reporter; PRAGMA user_version=1;"},
    {2, "ALTER TABLE events DROP COLUMN reporter; PRAGMA user_version=2;"},
};

class OldFormatTest : public PlaceTest,
                      public testing::WithParamInterface<OldFormat> {};

TEST_P(OldFormatTest, IsReadAndBroughtUpToDate) {
  ASSERT_EQ(tests::Run({"sqlite3", file(), GetParam().sql}).status, 0);
  EXPECT_TRUE(VerifyJournal(data())->ok());
  for (int round = 0; round < 2; ++round) {
    const auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    const auto events = (*journal)->Recent(10);
    ASSERT_EQ(events->size(), 1U);
    EXPECT_EQ(events->front().reporter, "");
    (*journal)->Read([&](const Totals& totals) {
      EXPECT_NE(totals.created(), 0);
      EXPECT_LE(totals.created(), events->front().received);
    });
  }
  const auto journal = Open();
  ASSERT_TRUE((*journal)->Record({Deployment("b")}, "token release").ok());
  EXPECT_EQ((*journal)->Recent(1)->front().reporter, "token release");
}

INSTANTIATE_TEST_SUITE_P(Journal, OldFormatTest, testing::ValuesIn(kOldFormats),
                         [](const auto& test) {
                           return absl::StrFormat("Format%d",
                                                  test.param.format);
                         });

}  // namespace
}  // namespace exporter
