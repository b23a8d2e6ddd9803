#include "exporter/scrape_view.h"

#include <gtest/gtest.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "exporter/collectable.h"
#include "exporter/exposition.h"
#include "exporter/pipeline.h"

namespace exporter {
namespace {

constexpr base::Duration kInterval = 15000;

class ScrapeViewTest : public testing::Test {
 protected:
  ScrapeViewTest() : recorder_(schema::SchemaOptions::Default()) {}

  void Record(std::string_view lines) {
    std::vector<EventError> errors;
    auto events =
        ParseEvents(lines, schema::Schema::Ours(), base::Now(), errors);
    ASSERT_TRUE(errors.empty()) << ToString(errors.front());
    ASSERT_TRUE(recorder_.Record(std::move(events)).ok());
  }

  void Canary(const char* id, double percentage, bool finished = false) {
    Event event;
    event.id = id;
    event.kind = EventKind::kCanary;
    event.environment = "staging";
    event.deployment_id = "x";
    event.percentage = percentage;
    event.finished = finished;
    ASSERT_TRUE(recorder_.Record({event}).ok());
  }

  // The value of a sample, "none" when the snapshot lacks it.
  static std::string Value(const Snapshot& snapshot, std::string_view name) {
    for (const FlatSample& sample : Flatten(snapshot)) {
      if (base::SeriesName(sample.labels) == name) {
        std::ostringstream out;
        out << sample.value;
        return out.str();
      }
    }
    return "none";
  }

  MemoryRecorder recorder_;
};

constexpr const char* kNightly =
    R"(prometheus_query_total{result="failed", workflow="nightly"})";
constexpr const char* kNightlyEvent =
    R"({"id":"q1","kind":"query","workflow":"nightly","result":"failed","duration":3})";
constexpr const char* kCanary =
    R"(canary_traffic_percentage{deployment_id="x", environment="staging"})";

TEST_F(ScrapeViewTest, ClosedSeriesShowTheirValueAtOnce) {
  ScrapeView view(recorder_, {kInterval});
  const char* series =
      R"(deployment_total{environment="staging", status="failed"})";
  EXPECT_EQ(Value(view.Take(), series), "0");
  Record(
      R"({"id":"a","kind":"deployment","environment":"staging","status":"failed"})");
  EXPECT_EQ(Value(view.Take(), series), "1");
}

TEST_F(ScrapeViewTest, NewSeriesIsZeroUntilDelivered) {
  ScrapeView view(recorder_, {kInterval});
  EXPECT_EQ(Value(view.Take(), kNightly), "none");
  Record(kNightlyEvent);
  const Snapshot first = view.Take();
  EXPECT_EQ(Value(first, kNightly), "0");
  EXPECT_EQ(
      Value(first,
            R"(prometheus_query_duration_seconds_sum{workflow="nightly"})"),
      "0");
  // A scrape that broke off does not count.
  EXPECT_EQ(Value(view.Take(), kNightly), "0");
  view.Delivered(first);
  EXPECT_EQ(Value(view.Take(), kNightly), "1");
  EXPECT_EQ(
      Value(
          view.Take(),
          R"(prometheus_query_duration_seconds_bucket{le="5.0", workflow="nightly"})"),
      "1");
}

TEST_F(ScrapeViewTest, SnapshotFromBeforeTheBirthDeliversNothing) {
  ScrapeView view(recorder_, {kInterval});
  const Snapshot before = view.Take();
  Record(kNightlyEvent);
  view.Delivered(before);
  EXPECT_EQ(Value(view.Take(), kNightly), "0");
}

TEST_F(ScrapeViewTest, NewSeriesWaitsForAtMostTwoIntervals) {
  ScrapeView view(recorder_, {kInterval});
  Record(kNightlyEvent);
  const base::Timestamp now = base::Now();
  EXPECT_EQ(Value(view.Take(now + kInterval), kNightly), "0");
  EXPECT_EQ(Value(view.Take(now + 2 * kInterval), kNightly), "1");
  // Nor does a clock that was set back hide it for long.
  EXPECT_EQ(Value(view.Take(now - 3 * kInterval), kNightly), "1");
}

TEST_F(ScrapeViewTest, NewSeriesWaitsForEveryScraperOfTheLastTenMinutes) {
  ScrapeView view(recorder_, {kInterval});
  const base::Timestamp now = base::Now();
  view.Asked("a", now);
  view.Asked("b", now - 30 * kInterval);
  view.Asked("long ago", now - 601'000);
  Record(kNightlyEvent);
  const Snapshot snapshot = view.Take(now);
  view.Asked("a", now);
  EXPECT_EQ(view.scrapers(), 2U);
  view.Delivered(snapshot, "a");
  EXPECT_EQ(Value(view.Take(now), kNightly), "0");
  view.Delivered(snapshot, "b");
  EXPECT_EQ(Value(view.Take(now), kNightly), "1");
  // One that comes later does not take it back.
  view.Asked("c", now);
  view.Delivered(view.Take(now), "a");
  EXPECT_EQ(Value(view.Take(now), kNightly), "1");
}

TEST_F(ScrapeViewTest, ValueThatWasShownStaysWhateverTheClockDoes) {
  ScrapeView view(recorder_, {kInterval});
  Record(kNightlyEvent);
  const base::Timestamp now = base::Now();
  EXPECT_EQ(Value(view.Take(now + 2 * kInterval), kNightly), "1");
  EXPECT_EQ(Value(view.Take(now), kNightly), "1");
}

TEST_F(ScrapeViewTest, AsManyScrapersAsOneLikesAreNotRemembered) {
  ScrapeView view(recorder_, {kInterval});
  for (int i = 0; i < 1000; ++i) view.Asked(std::to_string(i));
  EXPECT_EQ(view.scrapers(), 100U);
}

TEST_F(ScrapeViewTest, FinishedCanaryGoesAfterTwoIntervalsUnseenToo) {
  ScrapeView view(recorder_, {kInterval});
  const base::Timestamp now = base::Now();
  view.Asked("a", now);
  view.Asked("b", now);
  Canary("a", 100, true);
  view.Delivered(view.Take(now), "a");
  EXPECT_EQ(Value(view.Take(now), kCanary), "100");
  EXPECT_EQ(Value(view.Take(now + 3 * kInterval), kCanary), "none");
}

TEST_F(ScrapeViewTest, SeriesFromBeforeTheStartShowTheirValue) {
  Record(kNightlyEvent);
  ScrapeView view(recorder_, {kInterval});
  EXPECT_EQ(Value(view.Take(), kNightly), "1");
}

TEST_F(ScrapeViewTest, ConsumersDoNotDisturbEachOther) {
  ScrapeView a(recorder_, {kInterval});
  ScrapeView b(recorder_, {kInterval});
  Record(kNightlyEvent);
  a.Delivered(a.Take());
  EXPECT_EQ(Value(a.Take(), kNightly), "1");
  EXPECT_EQ(Value(b.Take(), kNightly), "0");
}

TEST_F(ScrapeViewTest, FinishedCanaryGoesOnceDelivered) {
  ScrapeView view(recorder_, {kInterval});
  Canary("a", 50);
  view.Delivered(view.Take());
  EXPECT_EQ(Value(view.Take(), kCanary), "50");
  Canary("b", 100, true);
  const Snapshot last = view.Take();
  EXPECT_EQ(Value(last, kCanary), "100");
  EXPECT_EQ(Value(view.Take(), kCanary), "100");
  view.Delivered(last);
  EXPECT_EQ(Value(view.Take(), kCanary), "none");
  // The same commit again is a new rollout.
  Canary("c", 10);
  EXPECT_EQ(Value(view.Take(), kCanary), "10");
}

TEST_F(ScrapeViewTest, LongFinishedCanaryDoesNotReturnWithARestart) {
  Canary("a", 100, true);
  const base::Timestamp now = base::Now();
  ScrapeView at_once(recorder_, {kInterval}, now);
  EXPECT_EQ(Value(at_once.Take(), kCanary), "100");
  ScrapeView later(recorder_, {kInterval}, now + 3 * kInterval);
  EXPECT_EQ(Value(later.Take(), kCanary), "none");
}

TEST_F(ScrapeViewTest, PageListsTheNineMetricsInOrder) {
  Canary("a", 10);
  ScrapeView view(recorder_, {kInterval});
  const Snapshot snapshot = view.Take();
  ASSERT_EQ(snapshot.families.size(), std::size(schema::kMetrics));
  for (std::size_t i = 0; i < snapshot.families.size(); ++i) {
    EXPECT_EQ(snapshot.families[i].name, schema::kMetrics[i].name);
    EXPECT_FALSE(snapshot.families[i].series.empty());
  }
  EXPECT_EQ(WritePage(snapshot, PageFormat::kText),
            WritePage(view.Take(snapshot.time), PageFormat::kText));
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// One of everything: what it looks like is in testdata/, and what Prometheus
// thinks of it is asked of promtool.
TEST_F(ScrapeViewTest, WholePageIsAsGolden) {
  Record(
      R"([{"id":"1","kind":"deployment","environment":"production","status":"rolled_back","duration":125.5,"time":1000},
          {"id":"2","kind":"rollback","environment":"production","reason":"high_error_rate"},
          {"id":"3","kind":"canary","environment":"production","deployment_id":"3f2a","percentage":50},
          {"id":"4","kind":"smoke-test","environment":"staging","result":"passed","duration":9.75},
          {"id":"5","kind":"query","workflow":"nightly \"x\"","result":"timeout","duration":10}])");
  ScrapeView view(recorder_, {kInterval});
  const Snapshot snapshot = view.Take();
  const std::filesystem::path folder =
      std::filesystem::path(ROLLWATCH_SOURCE_DIR) / "tests/exporter/testdata";
  EXPECT_EQ(WritePage(snapshot, PageFormat::kText),
            ReadFile(folder / "page.txt"));
  EXPECT_EQ(WritePage(snapshot, PageFormat::kOpenMetrics),
            ReadFile(folder / "page.openmetrics.txt"));
}

// The page that the test above compares byte by byte.
TEST(ScrapeViewPage, IsAcceptedByPromtool) {
  const std::filesystem::path folder =
      std::filesystem::path(ROLLWATCH_SOURCE_DIR) / "tests/exporter/testdata";
  if (std::system("promtool --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  const std::string check =
      "promtool check metrics <'" + (folder / "page.txt").string() + "'";
  EXPECT_EQ(std::system(check.c_str()), 0);
}

TEST_F(ScrapeViewTest, CollectableShowsTheSamePage) {
  Record(
      R"({"id":"a","kind":"deployment","environment":"staging","status":"failed","duration":90})");
  Canary("b", 10);
  const auto view =
      std::make_shared<ScrapeView>(recorder_, ScrapeView::Options{kInterval});
  const auto families = MakeCollectable(view)->Collect();
  const std::string theirs = prometheus::TextSerializer().Serialize(families);
  // prometheus-cpp writes sum and count before the buckets, and keeps the
  // order of the labels.
  const auto lines = [](const std::string& page) {
    std::multiset<std::string> out;
    std::istringstream in(page);
    for (std::string line; std::getline(in, line);) out.insert(line);
    return out;
  };
  EXPECT_EQ(lines(theirs), lines(WritePage(view->Take(), PageFormat::kText)));
}

TEST(MemoryRecorderTest, DuplicatesCountOnceAndConflictsNothing) {
  MemoryRecorder recorder(schema::SchemaOptions::Default());
  Event event;
  event.id = "a";
  event.environment = "staging";
  event.status = "success";
  auto receipt = recorder.Record({event, event});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->outcomes,
            (std::vector{Outcome::kRecorded, Outcome::kDuplicate}));
  Event other = event;
  other.id = "b";
  Event changed = event;
  changed.status = "failed";
  receipt = recorder.Record({other, changed});
  ASSERT_TRUE(receipt.ok());
  ASSERT_TRUE(receipt->conflict);
  EXPECT_EQ(receipt->conflict->index, 1U);
  EXPECT_EQ(receipt->conflict->field, "status");
  EXPECT_EQ(receipt->conflict->recorded, "success");
  EXPECT_EQ(receipt->conflict->offered, "failed");
  EXPECT_TRUE(receipt->outcomes.empty());
  EXPECT_EQ(recorder.Recent(10)->size(), 1U);
}

TEST(PipelineTest, PublishesWhatItRecords) {
  auto pipeline = Pipeline::Make({});
  ASSERT_TRUE(pipeline.ok()) << pipeline.status();
  Pipeline& p = **pipeline;
  using std::chrono_literals::operator""s;
  EXPECT_TRUE(
      p.Deployment("staging", DeploymentStatus::kStarted, {}, "x").ok());
  EXPECT_TRUE(p.Canary("staging", "x", 50).ok());
  EXPECT_TRUE(p.SmokeTest("staging", SmokeTestResult::kFailed, 12s, "x").ok());
  EXPECT_TRUE(
      p.Rollback("staging", RollbackReason::kSmokeTestFailed, "x").ok());
  EXPECT_TRUE(
      p.Deployment("staging", DeploymentStatus::kRolledBack, 85s, "x").ok());
  EXPECT_TRUE(p.Query("deploy-staging", QueryResult::kTimeout).ok());
  std::string cells;
  p.recorder().Read([&](const Totals& totals) {
    for (const Cell& cell : totals.Cells()) {
      cells += cell.metric + cell.labels + " " + cell.part + "\n";
    }
  });
  EXPECT_EQ(
      cells,
      R"(canary_traffic_percentage{environment="staging", deployment_id="x"} value
deployment_duration_seconds{environment="staging"} le=120
deployment_duration_seconds{environment="staging"} sum
deployment_rollback_total{environment="staging", reason="smoke_test_failed"} value
deployment_total{environment="staging", status="rolled_back"} value
prometheus_query_total{workflow="deploy-staging", result="timeout"} value
smoke_test_duration_seconds{environment="staging"} le=30
smoke_test_duration_seconds{environment="staging"} sum
smoke_test_total{environment="staging", result="failed"} value
)");
  const absl::Status wrong = p.Rollback("qa", RollbackReason::kManual);
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(wrong.message(),
            "environment \"qa\" is no environment known here (allowed: "
            "staging, production)");
}

// The link would say 1 beside a 0.
TEST_F(ScrapeViewTest, NewbornSeriesHaveNoExemplarYet) {
  ScrapeView view(recorder_, {kInterval});
  Record(
      R"({"id":"q1","kind":"query","workflow":"nightly","result":"failed","duration":3,"run_url":"https://ci/1"})");
  const auto links = [&view] {
    const std::string page = WritePage(view.Take(), PageFormat::kOpenMetrics);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = page.find(" # {", at)) != page.npos; ++at) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(links(), 0u);
  view.Delivered(view.Take());
  EXPECT_EQ(links(), 2u);
}

}  // namespace
}  // namespace exporter
