// `rollwatch report --spool`: events that wait for the sidecar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "base/time.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using tests::Finished;

constexpr char kNobody[] = "http://127.0.0.1:1";  // tcpmux: no one has it.

class SpoolTest : public testing::Test {
 protected:
  Finished Report(const std::string& url,
                  std::vector<std::string> arguments) const {
    // At least one try is made.
    const char* wait = url == kNobody ? "0s" : "10s";
    std::vector<std::string> all = {tests::Rollwatch(), "report"};
    all.insert(all.end(), arguments.begin(), arguments.begin() + 1);
    all.insert(all.end(), {"--wait", wait});
    all.insert(all.end(), arguments.begin() + 1, arguments.end());
    return tests::Run(all,
                      {"ROLLWATCH_URL=" + url, "ROLLWATCH_SPOOL=" + spool()});
  }
  Finished Rollback(const std::string& url, const std::string& id,
                    const char* environment = "staging") const {
    return Report(url, {"rollback", "--environment", environment, "--reason",
                        "manual", "--id", id});
  }

  std::size_t Files(const std::string& folder, const char* suffix) const {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder, error)) {
      count += entry.path().extension() == suffix;
    }
    return count;
  }
  std::size_t Waiting() const { return Files(spool(), ".json"); }

  // The ids in the journal, in the order of recording.
  std::string Ids() const {
    return tests::Run({"sqlite3", "-readonly",
                       folder_.Path("data/journal.sqlite"),
                       "SELECT group_concat(id, ' ') FROM (SELECT id FROM "
                       "events ORDER BY sequence)"})
        .out;
  }
  std::string spool() const { return folder_.Path("spool"); }
  std::string data() const { return folder_.Path("data"); }

  tests::TemporaryFolder folder_;
};

TEST_F(SpoolTest, EventsWaitAndAreSentInOrderOnce) {
  for (const char* id : {"c", "a", "b"}) {
    const Finished spooled = Rollback(kNobody, id);
    EXPECT_EQ(spooled.status, 0) << spooled.err;
    EXPECT_EQ(spooled.out, std::string("spooled rollback ") + id + "\n");
    EXPECT_THAT(spooled.err, HasSubstr("wait in"));
  }
  EXPECT_EQ(Waiting(), 3U);
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  // The next report brings those before it along.
  const Finished sent = Rollback(sidecar.events(), "d");
  EXPECT_EQ(sent.out, "recorded rollback d\n") << sent.err;
  EXPECT_EQ(Ids(), "c a b d\n");
  EXPECT_EQ(Waiting(), 0U);
  EXPECT_EQ(Report(sidecar.events(), {"flush"}).out,
            "0 sent, 0 rejected, 0 waiting\n");
}

TEST_F(SpoolTest, RejectedEventIsSetAsideAndHoldsUpNone) {
  Rollback(kNobody, "a");
  Rollback(kNobody, "b", "qa");
  Rollback(kNobody, "c");
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  const Finished flush = Report(sidecar.events(), {"flush"});
  EXPECT_EQ(flush.out, "2 sent, 1 rejected, 0 waiting\n");
  EXPECT_EQ(flush.status, 1);
  EXPECT_THAT(flush.err, HasSubstr("spool/rejected"));
  EXPECT_EQ(Ids(), "a c\n");
  EXPECT_EQ(Files(spool() + "/rejected", ".json"), 1U);
  EXPECT_EQ(Files(spool() + "/rejected", ".reason"), 1U);
  // One's own is told at once.
  const Finished own = Rollback(sidecar.events(), "d", "qa");
  EXPECT_EQ(own.status, 1);
  EXPECT_THAT(own.err, HasSubstr("no environment known here"));
}

TEST_F(SpoolTest, FlushSaysWhatStillWaits) {
  Rollback(kNobody, "a");
  const Finished flush = Report(kNobody, {"flush"});
  EXPECT_EQ(flush.status, 4);
  EXPECT_EQ(flush.out, "0 sent, 0 rejected, 1 waiting\n");
  EXPECT_THAT(flush.err, HasSubstr("error: "));
}

TEST_F(SpoolTest, WrappedCommandKeepsItsStatusAndItsEvent) {
  const Finished run = Report(kNobody, {"smoke-test", "--environment",
                                        "staging", "--", "sh", "-c", "exit 3"});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(Waiting(), 1U);
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  EXPECT_EQ(Report(sidecar.events(), {"flush"}).status, 0);
  EXPECT_EQ(sidecar.Metric("smoke_test_total{environment=\"staging\",result="
                           "\"failed\"}"),
            1);
}

TEST_F(SpoolTest, TimeIsWhenItHappenedNotWhenItArrived) {
  Rollback(kNobody, "a");
  const base::Timestamp spooled = base::Now();
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  ASSERT_EQ(Report(sidecar.events(), {"flush"}).status, 0);
  const std::string time =
      tests::Run({"sqlite3", "-readonly", folder_.Path("data/journal.sqlite"),
                  "SELECT time FROM events"})
          .out;
  EXPECT_LE(std::stoll(time), spooled);
}

TEST_F(SpoolTest, ManyAtOnceLoseAndDoubleNothing) {
  constexpr int kProcesses = 12;
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  std::vector<std::unique_ptr<tests::Process>> reports;
  for (int i = 0; i < kProcesses; ++i) {
    // Every second one believes that nobody is there.
    reports.push_back(std::make_unique<tests::Process>(std::vector<std::string>{
        tests::Rollwatch(), "report", "rollback", "--environment", "staging",
        "--reason", "manual", "--id", std::to_string(i), "--spool", spool(),
        "--wait", "10s", "--url",
        i % 2 == 0 ? sidecar.events() : std::string(kNobody)}));
  }
  for (const auto& report : reports) {
    if (&report - reports.data() == kProcesses / 2) report->Signal(SIGKILL);
  }
  for (const auto& report : reports) report->Wait(tests::kLongest);
  ASSERT_EQ(Report(sidecar.events(), {"flush"}).status, 0);
  EXPECT_EQ(Waiting(), 0U);
  const double counted = *sidecar.Metric(
      "deployment_rollback_total{environment=\"staging\",reason=\"manual\"}");
  // The one that was killed may have come to nothing.
  EXPECT_GE(counted, kProcesses - 1);
  EXPECT_LE(counted, kProcesses);
}

TEST_F(SpoolTest, FlushNeedsAFolder) {
  EXPECT_EQ(
      tests::Run({tests::Rollwatch(), "report", "flush", "--spool", ""}).status,
      2);
}

}  // namespace
}  // namespace rollwatch
