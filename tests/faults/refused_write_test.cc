// A disk that takes no more: the events are refused with 503, count nothing,
// and can be sent again.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "absl/strings/str_format.h"
#include "exporter/journal.h"
#include "rollwatch/api/resources.h"
#include "tests/faults/counts.h"
#include "tests/faults/faulty_vfs.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

struct Case {
  const char* name;
  int code;
  bool of_sync;
  const char* says;
};

constexpr Case kCases[] = {
    {"DiskIsFull", SQLITE_FULL, false, "database or disk is full"},
    {"WriteFails", SQLITE_IOERR_WRITE, false, "disk I/O error"},
    {"SyncFails", SQLITE_IOERR_FSYNC, true, "disk I/O error"},
};

class RefusedWriteTest : public testing::TestWithParam<Case> {};

net::HttpRequest Post(int number) {
  net::HttpRequest request;
  request.body = absl::StrFormat(
      R"({"id":"%d","kind":"rollback","environment":"staging","reason":"manual"})",
      number);
  return request;
}

double Rollbacks(const exporter::Journal& journal) {
  double sum = 0;
  journal.Read([&](const exporter::Totals& totals) {
    for (const auto& [key, total] : totals.series()) sum += total.value;
  });
  return sum;
}

TEST_P(RefusedWriteTest, AnswersUnavailableAndCountsNothing) {
  const tests::TemporaryFolder folder;
  const exporter::JournalOptions options = {folder.Path("data"),
                                            schema::SchemaOptions::Default()};
  ASSERT_TRUE(exporter::Journal::Open(options).ok());
  tests::FaultyVfs vfs;
  auto journal = exporter::Journal::Open(options);
  ASSERT_TRUE(journal.ok()) << journal.status();
  const schema::Schema schema = schema::Schema::Ours();
  const auto tokens = EventTokens::Load({}, nullptr);
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  const net::HttpHandler events = EventsResource(**journal, schema, **tokens);
  const net::HttpHandler ready = ReadyResource(**journal);
  EXPECT_EQ(events(Post(0)).status, 200);
  constexpr int kTries = 20;
  for (int i = 1; i <= kTries; ++i) {
    GetParam().of_sync ? vfs.FailSyncs(GetParam().code)
                       : vfs.FailWrites(GetParam().code);
    const net::HttpResponse refused = events(Post(i));
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_NE(refused.body.find(GetParam().says), std::string::npos)
        << refused.body;
    EXPECT_EQ(net::FindHeader(refused.headers, "Retry-After"), "1");
    EXPECT_EQ(ready(net::HttpRequest()).status, 503);
    EXPECT_EQ(Rollbacks(**journal), i);
    vfs.FailSyncs(SQLITE_OK);
    vfs.FailWrites(SQLITE_OK);
    EXPECT_EQ(ready(net::HttpRequest()).status, 200);
    EXPECT_EQ(events(Post(i)).status, 200);
    EXPECT_EQ(Rollbacks(**journal), i + 1);
  }
  *journal = nullptr;
  const auto report = exporter::VerifyJournal(folder.Path("data"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->events, kTries + 1);
  tests::Tell(absl::StrFormat(
      "%s: %d events answered 503, counted 0 times, once when sent again",
      sqlite3_errstr(GetParam().code), kTries));
}

INSTANTIATE_TEST_SUITE_P(Faults, RefusedWriteTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace rollwatch
