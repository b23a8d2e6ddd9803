// Old events are folded: no total changes, and none counts again.

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "absl/strings/str_format.h"
#include "exporter/journal.h"
#include "exporter/journal_reader.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

constexpr base::Duration kDay = 24 * 60 * 60 * 1000;

// Events of every kind, many of them about the same canaries and rollouts.
Event RandomEvent(int number, std::mt19937& random) {
  const auto pick = [&random](std::vector<std::string> values) {
    return values[random() % values.size()];
  };
  Event event;
  event.id = absl::StrFormat("e%d", number);
  const auto& kinds = EventKinds();
  event.kind = kinds[random() % kinds.size()].kind;
  if (event.kind == EventKind::kQuery) {
    event.workflow = pick({"a", "b \"c\"", "\u00e9\n"});
    event.result = pick({"success", "failed", "timeout"});
  } else {
    event.environment = pick({"staging", "production"});
    event.deployment_id = pick({"x", "y", "z"});
  }
  if (event.kind == EventKind::kDeployment) {
    event.status = pick({"started", "success", "failed", "rolled_back"});
  }
  if (event.kind == EventKind::kRollback) {
    event.reason = pick({"smoke_test_failed", "high_error_rate", "manual"});
  }
  if (event.kind == EventKind::kSmokeTest) {
    event.result = pick({"passed", "failed"});
  }
  if (event.kind == EventKind::kCanary) {
    event.finished = random() % 3 == 0;
    event.percentage = static_cast<double>(random() % 1000) / 10;
  } else if (event.kind != EventKind::kRollback && event.status != "started") {
    event.duration = static_cast<double>(random() % 100000) / 7;
  }
  return event;
}

std::string Dump(const Totals& totals) {
  std::string out;
  const auto put = [&out](const Cell& cell) {
    absl::StrAppendFormat(&out, "%s%s %s %x\n", cell.metric, cell.labels,
                          cell.part, std::bit_cast<std::uint64_t>(cell.value));
  };
  for (const Cell& cell : totals.Cells()) put(cell);
  for (const Cell& cell : totals.State()) put(cell);
  return out;
}

TEST(TotalsStateTest, FoldingAPrefixChangesNoBit) {
  std::mt19937 random(3);
  Totals whole(schema::SchemaOptions::Default());
  Totals folded;
  for (int i = 1; i <= 500; ++i) {
    const RecordedEvent event{i, 1'000'000 + i, RandomEvent(i, random)};
    whole.Apply(event);
    folded.Apply(event);
    if (random() % 10 != 0) continue;
    Totals again(schema::SchemaOptions::Default());
    again.Restore(folded.State());
    EXPECT_EQ(Dump(again), Dump(whole)) << "after event " << i;
    for (std::size_t metric = 0; metric < std::size(schema::kMetrics);
         ++metric) {
      EXPECT_EQ(again.SeriesCount(metric), whole.SeriesCount(metric));
    }
    EXPECT_EQ(again.Environments(), whole.Environments());
    folded = std::move(again);
  }
}

class FoldingTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Journal>> Open(base::Duration retention = 0) {
    JournalOptions options;
    options.path = folder_.Path("data");
    options.schema = schema::SchemaOptions::Default();
    options.limits.retention = retention;
    return Journal::Open(options);
  }

  std::string DumpOf(const Journal& journal) {
    std::string dump;
    journal.Read([&](const Totals& totals) { dump = Dump(totals); });
    return dump;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(FoldingTest, NoTotalChangesAndNoEventCountsAgain) {
  std::mt19937 random(4);
  std::vector<Event> events;
  for (int i = 0; i < 200; ++i) events.push_back(RandomEvent(i, random));
  std::string before;
  {
    auto journal = Open();
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE((*journal)->Record(events).ok());
    before = DumpOf(**journal);
    const auto folded = (*journal)->Fold(base::Now() + kDay);
    ASSERT_TRUE(folded.ok()) << folded.status();
    EXPECT_EQ(*folded, 200);
    EXPECT_EQ(*(*journal)->Fold(base::Now() + kDay), 0);
    EXPECT_EQ(DumpOf(**journal), before);
    EXPECT_TRUE((*journal)->Recent(10)->empty());
    const auto receipt = (*journal)->Record(events);
    ASSERT_TRUE(receipt.ok());
    EXPECT_EQ(receipt->outcomes,
              std::vector<Outcome>(200, Outcome::kDuplicate));
  }
  const auto report = VerifyJournal(folder_.Path("data"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->events, 0);
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ(DumpOf(**journal), before);
  Event more = RandomEvent(1000, random);
  ASSERT_TRUE((*journal)->Record({more}).ok());
  EXPECT_EQ((*journal)->Recent(10)->front().sequence, 201);
  EXPECT_TRUE(VerifyJournal(folder_.Path("data"))->ok());
}

TEST_F(FoldingTest, YoungerEventsStay) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  std::mt19937 random(5);
  ASSERT_TRUE((*journal)->Record({RandomEvent(1, random)}).ok());
  EXPECT_EQ(*(*journal)->Fold(base::Now() - kDay), 0);
  EXPECT_EQ((*journal)->Recent(10)->size(), 1U);
}

TEST_F(FoldingTest, EventFromBeforeTheRetentionIsRefusedUnlessKnown) {
  Event event;
  event.id = "a";
  event.environment = "staging";
  event.status = "success";
  event.time = base::Now() - 3 * kDay;
  { ASSERT_TRUE((*Open())->Record({event}).ok()); }
  auto journal = Open(2 * kDay);
  ASSERT_TRUE((*journal)->Fold(base::Now() + kDay).ok());
  EXPECT_EQ((*journal)->Record({event})->outcomes.at(0), Outcome::kDuplicate);
  event.id = "b";
  const auto receipt = (*journal)->Record({event});
  ASSERT_TRUE(receipt.ok());
  ASSERT_TRUE(receipt->rejection);
  EXPECT_EQ(receipt->rejection->code, "too-old");
  EXPECT_EQ((*journal)->rejections().too_old, 1);
}

TEST_F(FoldingTest, TotalThatDiffersFromTheFoldedIsSeen) {
  {
    auto journal = Open();
    std::mt19937 random(6);
    std::vector<Event> events;
    for (int i = 0; i < 20; ++i) events.push_back(RandomEvent(i, random));
    ASSERT_TRUE((*journal)->Record(events).ok());
    ASSERT_TRUE((*journal)->Fold(base::Now() + kDay).ok());
  }
  ASSERT_EQ(tests::Run({"sqlite3", folder_.Path("data/journal.sqlite"),
                        "UPDATE totals SET value = value + 1 WHERE metric = "
                        "'deployment_total'"})
                .status,
            0);
  EXPECT_FALSE(VerifyJournal(folder_.Path("data"))->ok());
  EXPECT_FALSE(Open().ok());
}

}  // namespace
}  // namespace exporter
