#include "rollwatch/alert_memory.h"

#include <gtest/gtest.h>

namespace rollwatch {
namespace {

constexpr base::Timestamp kThen = 1'795'392'000'000;
constexpr base::Duration kMinute = 60'000;

AlertMemory Sample() {
  AlertMemory memory;
  memory.time = kThen;
  memory.instance = "a:1";
  RememberedAlert pending{"g", "Slow", "x > \"1\"", {}};
  pending.alert.labels = base::Labels{
      {"alertname", "Slow"}, {"instance", "a:1"}, {"path", "a\"b\\\n\u00e9"}};
  pending.alert.active_at = kThen - 5 * kMinute;
  RememberedAlert firing = pending;
  firing.rule = "Fast";
  firing.alert.state = alerts::AlertState::kFiring;
  firing.alert.fired_at = kThen - 4 * kMinute;
  firing.alert.keep_firing_since = kThen - kMinute;
  memory.alerts = {pending, firing};
  return memory;
}

TEST(AlertMemoryTest, ReadsBackWhatItWrote) {
  const AlertMemory memory = Sample();
  const auto read = ReadAlertMemory(WriteAlertMemory(memory));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->time, memory.time);
  EXPECT_EQ(read->instance, memory.instance);
  EXPECT_TRUE(SameAlerts(*read, memory));
}

TEST(AlertMemoryTest, PendingTimeGoesOnWithoutTheTimeAway) {
  const AlertMemory now = Resume(Sample(), "a:1", kThen + 10 * kMinute);
  EXPECT_EQ(now.alerts[0].alert.active_at, kThen + 5 * kMinute);
  EXPECT_EQ(now.alerts[1].alert.active_at, kThen - 5 * kMinute);
}

TEST(AlertMemoryTest, ClockThatWasSetBackShortensNothing) {
  const AlertMemory now = Resume(Sample(), "a:1", kThen - 60 * kMinute);
  // Not in the future either.
  EXPECT_EQ(now.alerts[0].alert.active_at, kThen - 60 * kMinute);
}

TEST(AlertMemoryTest, AfterMoreThanAnHourAllAreForgotten) {
  EXPECT_EQ(Resume(Sample(), "a:1", kThen + 60 * kMinute).alerts.size(), 2U);
  EXPECT_TRUE(Resume(Sample(), "a:1", kThen + 61 * kMinute).alerts.empty());
}

TEST(AlertMemoryTest, AnotherPortIsTheSameAlert) {
  const AlertMemory now = Resume(Sample(), "a:2", kThen);
  EXPECT_EQ(now.alerts[0].alert.labels.Get("instance"), "a:2");
}

TEST(AlertMemoryTest, OtherTextIsRefused) {
  for (const char* text :
       {"", "{}", "[]", "{\"time\":1}", "{\"time\":1e300,\"alerts\":[]}",
        "{\"time\":1,\"alerts\":[{\"labels\":{}}]}",
        "{\"time\":1,\"alerts\":[{\"active_at\":1,\"labels\":[]}]}"}) {
    EXPECT_FALSE(ReadAlertMemory(text).ok()) << text;
  }
}

}  // namespace
}  // namespace rollwatch
