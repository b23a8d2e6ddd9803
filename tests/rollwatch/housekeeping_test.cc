#include "rollwatch/housekeeping.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

constexpr base::Duration kHour = 60 * 60 * 1000;

exporter::Event Deployment(const char* id, const char* environment,
                           const char* status) {
  exporter::Event event;
  event.id = id;
  event.environment = environment;
  event.status = status;
  event.deployment_id = "3f2a";
  return event;
}

std::string Ids(const exporter::Recorder& recorder) {
  std::string ids;
  const auto events = recorder.Recent(100);
  for (const exporter::RecordedEvent& event : *events) {
    ids += event.event.id + " " + event.event.status + "\n";
  }
  return ids;
}

TEST(EndOverdueRolloutsTest, CountsEachOnceAsFailed) {
  exporter::MemoryRecorder recorder(schema::SchemaOptions::Default());
  ASSERT_TRUE(recorder.Record({Deployment("a", "staging", "started")}).ok());
  const base::Timestamp now = base::Now();
  EXPECT_EQ(*EndOverdueRollouts(recorder, 2 * kHour, now + kHour), 0);
  EXPECT_EQ(*EndOverdueRollouts(recorder, 2 * kHour, now + 3 * kHour), 1);
  EXPECT_EQ(*EndOverdueRollouts(recorder, 2 * kHour, now + 4 * kHour), 0);
  EXPECT_EQ(Ids(recorder), "timeout:3f2a failed\na started\n");
}

TEST(EndOverdueRolloutsTest, SameCommitElsewhereHasAnIdOfItsOwn) {
  exporter::MemoryRecorder recorder(schema::SchemaOptions::Default());
  exporter::Event production = Deployment("b", "production", "started");
  production.time = base::Now() - 7 * kHour;
  const base::Timestamp started = base::Now() - 9 * kHour;
  exporter::Event staging = Deployment("a", "staging", "started");
  staging.time = started;
  ASSERT_TRUE(recorder.Record({staging, production}).ok());
  EXPECT_EQ(*EndOverdueRollouts(recorder, 2 * kHour, base::Now()), 2);
  EXPECT_EQ(Ids(recorder),
            absl::StrFormat("timeout:3f2a:staging:%d failed\n"
                            "timeout:3f2a failed\nb started\na started\n",
                            started));
}

TEST(EndOverdueRolloutsTest, OneThatEndedIsLeftAlone) {
  exporter::MemoryRecorder recorder(schema::SchemaOptions::Default());
  ASSERT_TRUE(recorder
                  .Record({Deployment("a", "staging", "started"),
                           Deployment("b", "staging", "success")})
                  .ok());
  EXPECT_EQ(*EndOverdueRollouts(recorder, kHour, base::Now() + 9 * kHour), 0);
}

}  // namespace
}  // namespace rollwatch
