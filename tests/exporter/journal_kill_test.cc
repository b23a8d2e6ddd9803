// A process that is killed while it records loses nothing that it had
// acknowledged, and counts nothing twice.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "absl/strings/str_format.h"
#include "exporter/journal.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

constexpr int kRounds = 20;
constexpr int kClients = 4;

JournalOptions Options(const tests::TemporaryFolder& folder) {
  return {folder.Path("data"), schema::SchemaOptions::Default()};
}

Event Deployment(std::string id) {
  Event event;
  event.id = std::move(id);
  event.environment = "staging";
  event.status = "success";
  event.duration = 0.1;
  return event;
}

// Records events from several threads until it is killed; writes the id of
// each to `out` once it is acknowledged. Each client first sends again what it
// sent last in the round before, as a client does that got no answer.
[[noreturn]] void RecordForEver(const tests::TemporaryFolder& folder, int round,
                                int out) {
  const auto journal = Journal::Open(Options(folder));
  if (!journal.ok()) _exit(1);
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0;; ++i) {
        for (const int sender : {round, round - 1}) {
          const std::string id =
              absl::StrFormat("%d-%d-%d\n", sender, client, i);
          Event event = Deployment(id.substr(0, id.size() - 1));
          if (!(*journal)->Record({std::move(event)}).ok()) _exit(2);
          if (write(out, id.data(), id.size()) < 0) _exit(3);
        }
      }
    });
  }
  for (;;) pause();
}

// The ids that one process acknowledged before it was killed.
std::set<std::string> RunAndKill(const tests::TemporaryFolder& folder,
                                 int round) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    RecordForEver(folder, round, ends[1]);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  bool killed = false;
  for (;;) {
    const ssize_t size = read(ends[0], buffer, sizeof buffer);
    if (size <= 0) break;
    text.append(buffer, static_cast<std::size_t>(size));
    // At another moment in each round.
    const auto enough = static_cast<std::size_t>(50 + 37 * round);
    if (!killed && text.size() > enough) {
      kill(child, SIGKILL);
      killed = true;
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "exit status " << WEXITSTATUS(status);
  std::set<std::string> ids;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    ids.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return ids;
}

TEST(JournalKillTest, EveryAcknowledgedEventIsCountedExactlyOnce) {
  const tests::TemporaryFolder folder;
  std::set<std::string> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    acknowledged.merge(RunAndKill(folder, round));
  }
  const auto journal = Journal::Open(Options(folder));
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto events = (*journal)->Recent(1000000);
  ASSERT_TRUE(events.ok()) << events.status();
  std::set<std::string> recorded;
  for (const RecordedEvent& event : *events) recorded.insert(event.event.id);
  EXPECT_EQ(recorded.size(), events->size());
  for (const std::string& id : acknowledged) {
    EXPECT_TRUE(recorded.contains(id)) << id << " was acknowledged and is lost";
  }
  double counted = 0;
  (*journal)->Read([&](const Totals& totals) {
    for (const auto& [key, total] : totals.series()) counted += total.value;
  });
  EXPECT_EQ(counted, static_cast<double>(recorded.size()));
  const auto report = VerifyJournal(folder.Path("data"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  std::printf("%d kills, %zu events acknowledged, %zu recorded, none lost\n",
              kRounds, acknowledged.size(), recorded.size());
}

}  // namespace
}  // namespace exporter
