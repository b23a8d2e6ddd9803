// What outlives the process, and how it ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "tests/faults/counter_watch.h"
#include "tests/faults/counts.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

std::string Rollback(const std::string& id) {
  return absl::StrFormat(
      R"({"id":"%s","kind":"rollback","environment":"staging","reason":"manual"})",
      id);
}

TEST(StopTest, TerminateAnswersWhatIsUnderWayAndExitsZero) {
  constexpr int kRounds = 5;
  constexpr int kClients = 8;
  const tests::TemporaryFolder folder;
  std::atomic<int> acknowledged = 0;
  int others = 0;
  for (int round = 0; round < kRounds; ++round) {
    tests::Sidecar sidecar(folder.Path("data"));
    ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
    std::atomic<int> strange = 0;
    std::atomic<bool> ended = false;
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        for (int i = 0; !ended; ++i) {
          const int status =
              sidecar
                  .Post(Rollback(absl::StrFormat("%d-%d-%d", round, client, i)))
                  .status;
          acknowledged += status == 200;
          // Refused with 503, or not even connected.
          strange += status != 200 && status != 503 && status != 0;
        }
      });
    }
    const int before = acknowledged;
    EXPECT_TRUE(tests::Eventually([&] { return acknowledged > before + 20; },
                                  tests::kLongest));
    sidecar.process().Signal(SIGTERM);
    EXPECT_EQ(sidecar.process().Wait(tests::kLongest), 0)
        << sidecar.process().err();
    ended = true;
    for (std::thread& client : clients) client.join();
    others += strange;
  }
  EXPECT_EQ(others, 0);
  const auto report = exporter::VerifyJournal(folder.Path("data"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  // An answer may have been cut off behind its event.
  EXPECT_GE(report->events, acknowledged);
  EXPECT_LE(report->events, acknowledged + kRounds * kClients);
  tests::Tell(absl::StrFormat(
      "%d SIGTERMs under load: each exit 0, %d events acknowledged, 0 lost",
      kRounds, acknowledged.load()));
}

TEST(TwoProcessesTest, SecondIsRefusedAndReadersAreNot) {
  const tests::TemporaryFolder folder;
  tests::Sidecar first(folder.Path("data"));
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first.Post(Rollback("a")).status, 200);
  tests::Sidecar second(folder.Path("data"));
  EXPECT_FALSE(second.ok());
  EXPECT_EQ(second.process().Wait(tests::kLongest), 1);
  EXPECT_THAT(second.process().err(), HasSubstr("another process writes"));
  EXPECT_THAT(second.process().err(), HasSubstr("= help: "));
  const tests::Finished read =
      tests::Run({"sqlite3", "-readonly", folder.Path("data/journal.sqlite"),
                  "SELECT id FROM events"});
  EXPECT_EQ(read.out, "a\n") << read.err;
  EXPECT_EQ(first.Post(Rollback("b")).status, 200);
  tests::Tell("a second sidecar on the journal: refused; sqlite3 reads it");
}

// The file that sets the clock of the programs started while it lives.
class ShiftedClock {
 public:
  explicit ShiftedClock(std::string file) : file_(std::move(file)) {
    Set(0);
    setenv("ROLLWATCH_TEST_CLOCK", file_.c_str(), 1);
    setenv("LD_PRELOAD", ROLLWATCH_CLOCK_SHIFT, 1);
    // Otherwise it insists on being the first library.
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0);
  }
  ~ShiftedClock() { StopPreloading(); }
  static void StopPreloading() { unsetenv("LD_PRELOAD"); }

  void Set(base::Duration seconds) const {
    const std::string draft = file_ + ".new";
    std::ofstream(draft) << seconds;
    std::filesystem::rename(draft, file_);
  }

 private:
  const std::string file_;
};

TEST(ClockTest, JumpsBothWaysTakeNothingBack) {
  constexpr int kDay = 24 * 60 * 60;
  constexpr int kShifts[] = {2 * kDay, -3 * kDay, 60, -3600, 400 * kDay, 0};
  const tests::TemporaryFolder folder;
  const ShiftedClock clock(folder.Path("clock"));
  tests::Sidecar sidecar(folder.Path("data"), {"--scrape-interval", "100ms"});
  ShiftedClock::StopPreloading();
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  tests::CounterWatch watch;
  int number = 0;
  for (const int shift : kShifts) {
    clock.Set(shift);
    // One series is there from the start, the other is born at this time.
    ASSERT_EQ(sidecar.Post(Rollback(absl::StrFormat("%d", number))).status,
              200);
    const std::string workflow = absl::StrFormat("nightly-%d", number);
    ASSERT_EQ(
        sidecar
            .Post(absl::StrFormat(
                R"({"id":"q%d","kind":"query","workflow":"%s","result":"success"})",
                number, workflow))
            .status,
        200);
    ++number;
    EXPECT_EQ(watch.Look(sidecar.Get("/metrics").body), "");
    EXPECT_TRUE(tests::Eventually(
        [&] {
          return sidecar.Metric(absl::StrFormat(
                     "prometheus_query_total{result=\"success\",workflow=\"%s\""
                     "}",
                     workflow)) == 1;
        },
        tests::kLongest))
        << "after a shift of " << shift;
    EXPECT_EQ(watch.Look(sidecar.Get("/metrics").body), "");
    EXPECT_EQ(sidecar.Get("/-/ready").status, 200);
  }
  sidecar.process().Signal(SIGTERM);
  EXPECT_EQ(sidecar.process().Wait(tests::kLongest), 0);
  EXPECT_TRUE(exporter::VerifyJournal(folder.Path("data"))->ok());
  const tests::Sidecar again(folder.Path("data"));
  EXPECT_EQ(watch.Look(again.Get("/metrics").body), "");
  EXPECT_EQ(watch.Sum("deployment_rollback_total"), number);
  EXPECT_EQ(watch.Sum("prometheus_query_total"), number);
  tests::Tell(absl::StrFormat(
      "the clock set %d times, by up to 400 days, forwards and back: %d events "
      "counted once, no series went backwards",
      std::size(kShifts), 2 * number));
}

constexpr char kRules[] = R"(groups:
- name: live
  interval: 100ms
  rules:
  - alert: CanaryStands
    expr: canary_traffic_percentage > 0
    for: 1h
  - alert: CanaryRuns
    expr: canary_traffic_percentage > 0
)";

// The alert of this name in /api/v1/alerts; nothing when there is none.
std::optional<base::Json> FindAlert(const tests::Sidecar& sidecar,
                                    std::string_view name) {
  const base::Source source("alerts", sidecar.Get("/api/v1/alerts").body);
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  const base::Json* data = json ? json->Find("data") : nullptr;
  const base::Json* alerts = data != nullptr ? data->Find("alerts") : nullptr;
  if (alerts == nullptr) return std::nullopt;
  for (const base::Json& alert : alerts->elements) {
    const base::Json* labels = alert.Find("labels");
    if (labels != nullptr && labels->TextOf("alertname") == name) return alert;
  }
  return std::nullopt;
}

base::Timestamp ActiveAt(const base::Json& alert) {
  return base::ParseTimestamp(alert.TextOf("activeAt")).value_or(0);
}

TEST(AlertMemoryTest, PendingAlertGoesOnAfterAKill) {
  const tests::TemporaryFolder folder;
  const std::vector<std::string> flags = {"--rules",
                                          folder.Write("rules.yml", kRules),
                                          "--scrape-interval", "100ms"};
  base::Timestamp before = 0;
  {
    tests::Sidecar sidecar(folder.Path("data"), flags);
    ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
    ASSERT_EQ(
        sidecar
            .Post(
                R"({"id":"c","kind":"canary","environment":"staging","deployment_id":"x","percentage":10})")
            .status,
        200);
    std::optional<base::Json> alert;
    // It has held for some time when the process is killed.
    ASSERT_TRUE(tests::Eventually(
        [&] {
          alert = FindAlert(sidecar, "CanaryStands");
          return alert && base::Now() - ActiveAt(*alert) > 3'000;
        },
        tests::kLongest));
    before = ActiveAt(*alert);
    EXPECT_EQ(FindAlert(sidecar, "CanaryRuns")->TextOf("state"), "firing");
    sidecar.process().Signal(SIGKILL);
    sidecar.process().Wait(tests::kLongest);
  }
  const base::Timestamp dark = base::Now();
  tests::Sidecar sidecar(folder.Path("data"), flags);
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  const auto evaluated = [&] {
    const std::string rules = sidecar.Get("/api/v1/rules").body;
    return rules.find("\"health\":\"unknown\"") == rules.npos;
  };
  ASSERT_TRUE(tests::Eventually(evaluated, tests::kLongest));
  const auto alert = FindAlert(sidecar, "CanaryStands");
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->TextOf("state"), "pending");
  // Only the time in which nobody looked does not count.
  EXPECT_LT(ActiveAt(*alert), dark);
  EXPECT_GE(ActiveAt(*alert), before);
  EXPECT_EQ(FindAlert(sidecar, "CanaryRuns")->TextOf("state"), "firing");
  // It went on firing, and did not fire again.
  EXPECT_EQ(sidecar.process().err().find("alert=CanaryRuns"), std::string::npos)
      << sidecar.process().err();
  tests::Tell("a pending alert over a SIGKILL: its `for` goes on");
}

}  // namespace
}  // namespace rollwatch
