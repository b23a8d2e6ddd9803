#include "exporter/shared_totals.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_format.h"

namespace exporter {
namespace {

RecordedEvent Rollback(const Totals& before) {
  RecordedEvent event;
  event.sequence = before.last_sequence() + 1;
  event.received = 1795392000000;
  event.event.id = absl::StrFormat("%d", event.sequence);
  event.event.kind = EventKind::kRollback;
  event.event.environment = event.sequence % 2 == 0 ? "staging" : "production";
  event.event.reason = "manual";
  return event;
}

double CountOf(const Totals& totals) {
  double count = 0;
  for (const auto& [key, total] : totals.series()) count += total.value;
  return count;
}

std::int64_t Published(const SharedTotals& totals) {
  std::int64_t last = -1;
  totals.Read([&](const Totals& read) { last = read.last_sequence(); });
  return last;
}

class SharedTotalsTest : public testing::Test {
 protected:
  void Apply(int count = 1) {
    std::vector<Cell> changed;
    for (int i = 0; i < count; ++i) {
      totals_.Apply(Rollback(totals_.next()), changed);
    }
    EXPECT_EQ(changed.size(), static_cast<std::size_t>(count));
  }

  SharedTotals totals_{Totals(schema::SchemaOptions::Default())};
};

TEST_F(SharedTotalsTest, WhatIsAppliedShowsWhenPublished) {
  Apply(3);
  EXPECT_EQ(Published(totals_), 0);
  EXPECT_EQ(totals_.next().last_sequence(), 3);
  totals_.Publish();
  EXPECT_EQ(Published(totals_), 3);
}

TEST_F(SharedTotalsTest, WhatIsDiscardedHasNotBeen) {
  Apply();
  totals_.Publish();
  Apply(2);
  totals_.Discard();
  EXPECT_EQ(totals_.next().last_sequence(), 1);
  Apply();
  totals_.Publish();
  EXPECT_EQ(Published(totals_), 2);
  totals_.Read([](const Totals& read) { EXPECT_EQ(CountOf(read), 2); });
}

// The writer publishes from within a read, which keeps what it began with: were
// there a lock, this would never end.
TEST_F(SharedTotalsTest, NeitherWaitsForTheOther) {
  Apply();
  totals_.Publish();
  totals_.Read([&](const Totals& first) {
    for (int i = 2; i <= 20; ++i) {
      Apply();
      totals_.Publish();
      EXPECT_EQ(Published(totals_), i);
    }
    totals_.Read([&](const Totals& second) {
      Apply();
      totals_.Publish();
      EXPECT_EQ(second.last_sequence(), 20);
    });
    EXPECT_EQ(first.last_sequence(), 1);
    EXPECT_EQ(CountOf(first), 1);
  });
  EXPECT_EQ(Published(totals_), 21);
}

// A copy that a long read kept back catches up, or is made anew.
TEST_F(SharedTotalsTest, ACopyFarBehindIsMadeAnew) {
  for (const int behind : {100, 30'000}) {
    const std::int64_t begun = Published(totals_);
    totals_.Read([&](const Totals& read) {
      Apply(behind / 2);
      totals_.Publish();
      Apply(behind / 2);
      totals_.Publish();
      EXPECT_EQ(read.last_sequence(), begun);
    });
    for (int i = 0; i < 5; ++i) {
      Apply();
      totals_.Publish();
      totals_.Read([&](const Totals& read) {
        EXPECT_EQ(read.last_sequence(), begun + behind + i + 1);
        EXPECT_EQ(CountOf(read), static_cast<double>(read.last_sequence()));
      });
    }
  }
}

TEST_F(SharedTotalsTest, EveryReadIsWholeAndNoneGoesBack) {
  constexpr int kPublications = 3'000;
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::int64_t last = 0;
      while (!done) {
        totals_.Read([&](const Totals& read) {
          EXPECT_GE(read.last_sequence(), last);
          last = read.last_sequence();
          // Published in pairs, one of each environment.
          EXPECT_EQ(last % 2, 0);
          EXPECT_EQ(CountOf(read), static_cast<double>(last));
        });
        ++reads;
      }
    });
  }
  for (int i = 0; i < kPublications || reads < 100; ++i) {
    Apply(2);
    if (i % 7 == 3) {
      totals_.Discard();
    } else {
      totals_.Publish();
    }
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace exporter
