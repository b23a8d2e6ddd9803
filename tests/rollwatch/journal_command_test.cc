// `rollwatch journal backup`, `restore` and `import`, as typed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Finished;

constexpr char kDump[] =
    R"({"id":"1","kind":"deployment","environment":"staging","status":"success","duration":30,"time":"2026-01-02T03:04:05Z"}
{"id":"2","kind":"deployment","environment":"staging","status":"failed","time":"2026-01-02T04:04:05Z"}
{"id":"3","kind":"rollback","environment":"staging","reason":"manual"}
{"id":"4","kind":"query","workflow":"nightly","result":"success"}
)";

constexpr char kRules[] = R"(groups:
- name: g
  rules:
  - alert: RolledBack
    expr: increase(deployment_rollback_total{reason="manual"}[5m]) > 0
    for: 1m
  - alert: Always
    expr: up == 1
  - alert: Never
    expr: deployment_total{status="rolled_back"} > 0
)";

class JournalCommandTest : public testing::Test {
 protected:
  Finished Journal(std::vector<std::string> arguments) const {
    std::vector<std::string> all = {tests::Rollwatch(), "journal"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return tests::Run(all);
  }
  Finished Import(std::vector<std::string> arguments = {}) const {
    std::vector<std::string> all = {"import", "--storage.path", data()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.push_back(dump_);
    return Journal(all);
  }
  std::string data() const { return folder_.Path("data"); }

  tests::TemporaryFolder folder_;
  std::string dump_ = folder_.Write("dump.jsonl", kDump);
};

TEST_F(JournalCommandTest, ImportCountsOnceHoweverOften) {
  const Finished first = Import();
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out,
            "imported: 4 new, 0 known already\n"
            "  deployment   2\n  query        1\n  rollback     1\n");
  const Finished second = Import();
  EXPECT_EQ(second.out, "imported: 0 new, 4 known already\n") << second.err;
  const tests::Sidecar sidecar(data());
  EXPECT_EQ(sidecar.Metric("deployment_total{environment=\"staging\",status="
                           "\"success\"}"),
            1);
  // It happened long ago.
  EXPECT_EQ(sidecar.Metric("deployment_frequency{environment=\"staging\"}"), 0);
}

TEST_F(JournalCommandTest, DryRunListsRisesAndAlertsAndWritesNothing) {
  const Finished dry =
      Import({"--dry-run", "--rules", folder_.Write("rules.yml", kRules),
              "--scrape-interval", "1m"});
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_EQ(
      dry.out,
      "nothing is written: 4 new, 0 known already\n"
      "  deployment   2\n  query        1\n  rollback     1\n"
      "Series that would rise:\n"
      "  deployment_total{environment=\"staging\", status=\"failed\"}  0 -> 1 "
      "(+1)\n"
      "  deployment_total{environment=\"staging\", status=\"success\"}  0 -> 1 "
      "(+1)\n"
      "  deployment_duration_seconds_count{environment=\"staging\"}  0 -> 1 "
      "(+1)\n"
      "  deployment_rollback_total{environment=\"staging\", "
      "reason=\"manual\"}  0 -> 1 (+1)\n"
      "  prometheus_query_total{result=\"success\", workflow=\"nightly\"}  0 "
      "-> 1 (+1)\n"
      "Alerts that would fire because of it:\n"
      "  {alertname=\"RolledBack\", environment=\"staging\", "
      "reason=\"manual\"}  1m after the import\n");
  EXPECT_EQ(Import().out.substr(0, 16), "imported: 4 new,");
  EXPECT_THAT(Import({"--dry-run"}).out, HasSubstr("No series would rise"));
  EXPECT_THAT(Import({"--dry-run", "--format", "json"}).out,
              HasSubstr("\"duplicates\": 4"));
}

TEST_F(JournalCommandTest, DryRunLooksWhileASidecarRuns) {
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  EXPECT_THAT(Import({"--dry-run"}).out, HasSubstr("4 new"));
  const Finished refused = Import();
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("another process writes this journal"));
}

TEST_F(JournalCommandTest, ImportGoesThroughARunningSidecar) {
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  EXPECT_EQ(Import({"--url", sidecar.events()}).out,
            "imported: 4 new, 0 known already\n");
  EXPECT_EQ(Import({"--url", sidecar.events()}).out,
            "imported: 0 new, 4 known already\n");
  EXPECT_EQ(sidecar.Metric("deployment_rollback_total{environment=\"staging\","
                           "reason=\"manual\"}"),
            1);
}

TEST_F(JournalCommandTest, LargeDumpGoesInParts) {
  std::string text;
  for (int i = 0; i < 2500; ++i) {
    text += "{\"id\":\"x" + std::to_string(i) +
            "\",\"kind\":\"rollback\",\"environment\":\"staging\",\"reason\":"
            "\"manual\",\"run_url\":\"https://ci.example/" +
            std::string(500, 'r') + "\"}\n";
  }
  dump_ = folder_.Write("large.jsonl", text);
  const tests::Sidecar sidecar(data());
  ASSERT_TRUE(sidecar.ok());
  EXPECT_EQ(Import({"--url", sidecar.events()}).out,
            "imported: 2500 new, 0 known already\n");
}

TEST_F(JournalCommandTest, WrongEventsAndConflictsImportNothing) {
  dump_ = folder_.Write("bad.jsonl", std::string(kDump) + "{\"id\":\"5\"}\n");
  const Finished bad = Import();
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.err, HasSubstr("event 5: kind is missing"));
  EXPECT_THAT(bad.err, HasSubstr("nothing was imported"));
  dump_ = folder_.Write(
      "conflict.jsonl",
      std::string(kDump) +
          R"({"id":"3","kind":"rollback","environment":"staging","reason":"high_error_rate"})");
  const Finished conflict = Import();
  EXPECT_EQ(conflict.status, 1);
  EXPECT_THAT(conflict.err, HasSubstr("id 3 was recorded before"));
  dump_ = folder_.Write("good.jsonl", kDump);
  EXPECT_THAT(Import().out, HasSubstr("4 new"));
}

TEST_F(JournalCommandTest, BackupAndRestoreSayWhatTheyDid) {
  ASSERT_EQ(Import().status, 0);
  const std::string copy = folder_.Path("copy.sqlite");
  {
    const tests::Sidecar sidecar(data());
    ASSERT_TRUE(sidecar.ok());
    const Finished backup = Journal({"backup", "--storage.path", data(), copy});
    EXPECT_EQ(backup.status, 0) << backup.err;
    EXPECT_EQ(backup.out, copy + ": 4 events, 6 totals, verified\n");
    const Finished busy =
        Journal({"restore", "--storage.path", data(), "--force", copy});
    EXPECT_EQ(busy.status, 1);
    EXPECT_THAT(busy.err, HasSubstr("another process writes"));
  }
  EXPECT_THAT(Journal({"backup", "--storage.path", data(), copy}).err,
              HasSubstr("= help: --force replaces it"));
  const Finished refused = Journal({"restore", "--storage.path", data(), copy});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("a journal is there already"));
  const Finished forced =
      Journal({"restore", "--storage.path", data(), "--force", copy});
  EXPECT_EQ(forced.status, 0) << forced.err;
  EXPECT_THAT(forced.out, HasSubstr("journal.sqlite.replaced\n"));
  EXPECT_EQ(Journal({"restore"}).status, 2);
}

TEST_F(JournalCommandTest, OptionsThatDoNotGoTogetherAreWrongUse) {
  EXPECT_EQ(Import({"--rules", "x.yml"}).status, 2);
  EXPECT_EQ(Import({"--dry-run", "--url", "http://127.0.0.1:1"}).status, 2);
  EXPECT_EQ(Import({"--url", "nowhere"}).status, 2);
  EXPECT_EQ(Journal({"import"}).status, 2);
  EXPECT_THAT(Journal({"polish"}).err, Not(HasSubstr("verify,,")));
}

}  // namespace
}  // namespace rollwatch
