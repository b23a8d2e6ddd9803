// rollwatch schema and rollwatch journal verify, as programs.

#include <gtest/gtest.h>

#include "exporter/journal.h"
#include "tests/support/process.h"

namespace {

using tests::Finished;
using tests::Rollwatch;
using tests::TemporaryFolder;

TEST(SchemaCommandTest, ExpositionHasTheChosenEnvironmentsAndPassesPromtool) {
  const Finished finished =
      tests::Run({Rollwatch(), "schema", "--format", "exposition",
                  "--environment", "qa", "--workflow", "nightly"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_NE(finished.out.find(
                "\ndeployment_total{environment=\"qa\",status=\"failed\"} 0\n"),
            std::string::npos);
  EXPECT_EQ(finished.out.find("staging"), std::string::npos);
  EXPECT_NE(finished.out.find("workflow=\"nightly\""), std::string::npos);
  if (tests::Run({"sh", "-c", "command -v promtool"}).status != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  const TemporaryFolder folder;
  const Finished promtool = tests::Run(
      {"sh", "-c",
       "promtool check metrics <" + folder.Write("page", finished.out)});
  EXPECT_EQ(promtool.status, 0) << promtool.err;
}

TEST(SchemaCommandTest, FileOfTheSidecarNamesEnvironmentsAndWorkflows) {
  const TemporaryFolder folder;
  const std::string file =
      folder.Write("sidecar.yml", "environments: [eu]\nworkflows: [nightly]\n");
  const Finished finished =
      tests::Run({Rollwatch(), "schema", "--format", "exposition",
                  "--config.file", file, "--workflow", "hourly"});
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_NE(finished.out.find("environment=\"eu\""), std::string::npos);
  EXPECT_EQ(finished.out.find("staging"), std::string::npos);
  // What is typed stands above the file.
  EXPECT_NE(finished.out.find("workflow=\"hourly\""), std::string::npos);
  EXPECT_EQ(finished.out.find("nightly"), std::string::npos);
  const Finished missing = tests::Run(
      {Rollwatch(), "schema", "--config.file", folder.Path("none.yml")});
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.err.find("none.yml"), std::string::npos);
}

TEST(SchemaCommandTest, UnknownFormatIsWrongUse) {
  EXPECT_EQ(tests::Run({Rollwatch(), "schema", "--format", "xml"}).status, 2);
}

class JournalCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = exporter::Journal::Open(
        {folder_.Path("data"), schema::SchemaOptions::Default()});
    ASSERT_TRUE(journal.ok()) << journal.status();
    exporter::Event event;
    event.id = "a";
    event.environment = "staging";
    event.status = "success";
    ASSERT_TRUE((*journal)->Record({event}).ok());
  }

  Finished Verify(const std::string& format = "text") {
    return tests::Run({Rollwatch(), "journal", "verify", "--storage.path",
                       folder_.Path("data"), "--format", format});
  }

  void Tamper() {
    const Finished sqlite =
        tests::Run({"sqlite3", folder_.Path("data/journal.sqlite"),
                    "UPDATE totals SET value = 7"});
    ASSERT_EQ(sqlite.status, 0) << sqlite.err;
  }

  TemporaryFolder folder_;
};

TEST_F(JournalCommandTest, SoundJournalExitsZero) {
  const Finished finished = Verify();
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(finished.out,
            folder_.Path("data/journal.sqlite") +
                ": 1 events, 1 totals\n"
                "OK: every total is what its events add up to, bit for bit\n");
}

TEST_F(JournalCommandTest, TamperedTotalExitsOneAndIsNamed) {
  Tamper();
  const Finished finished = Verify();
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.out,
            folder_.Path("data/journal.sqlite") +
                ": 1 events, 1 totals\n"
                "  deployment_total{environment=\"staging\", "
                "status=\"success\"} value: stored 7, the events give 1\n"
                "FAILED: 0 damaged, 1 totals differ\n");
  const Finished json = Verify("json");
  EXPECT_EQ(json.status, 1);
  EXPECT_NE(json.out.find("\"ok\": false"), std::string::npos);
}

TEST_F(JournalCommandTest, MissingJournalExitsOneAndSaysSo) {
  const Finished finished =
      tests::Run({Rollwatch(), "journal", "verify", "--storage.path",
                  folder_.Path("elsewhere")});
  EXPECT_EQ(finished.status, 1);
  EXPECT_NE(finished.err.find("unable to open database file"),
            std::string::npos);
}

TEST(JournalUseTest, WhatToDoIsNeeded) {
  EXPECT_EQ(tests::Run({Rollwatch(), "journal"}).status, 2);
  EXPECT_EQ(tests::Run({Rollwatch(), "journal", "--help"}).status, 0);
}

}  // namespace
