#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/storage/memory.h"

namespace promql {
namespace {

// "name{a="b"} time=value ..." a line, "stale" for a stale marker.
std::string Dump(const Storage& storage, base::Timestamp min,
                 base::Timestamp max) {
  const auto set = storage.Select({base::Matcher::Equal("job", "j")}, min, max);
  std::string text;
  for (const SeriesView& series : set->series) {
    text += base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      text += absl::StrFormat(" %d=", series.times[i]);
      text += IsStaleMarker(series.values[i])
                  ? "stale"
                  : absl::StrFormat("%g", series.values[i]);
    }
    text += "\n";
  }
  return text;
}

const base::Labels kUp = {{"__name__", "up"}, {"job", "j"}};
const base::Labels kDown = {{"__name__", "down"}, {"job", "j"}};

TEST(MemoryStorage, SelectsInOrderOfFirstAppend) {
  MemoryStorage storage;
  storage.Append(kUp, 10, 1);
  storage.Append(kDown, 5, 2);
  storage.Append(kUp, 20, 3);
  storage.Append({{"__name__", "up"}, {"job", "other"}}, 20, 3);
  EXPECT_EQ(Dump(storage, 0, 100),
            "up{job=\"j\"} 10=1 20=3\ndown{job=\"j\"} 5=2\n");
  EXPECT_EQ(Dump(storage, 6, 10), "up{job=\"j\"} 10=1\n");
}

TEST(MemoryStorage, SortsLateSamplesAndReplacesRepeatedOnes) {
  MemoryStorage storage;
  storage.Append(kUp, 20, 2);
  storage.Append(kUp, 10, 1);
  storage.Append(kUp, 20, 4);
  EXPECT_EQ(Dump(storage, 0, 100), "up{job=\"j\"} 10=1 20=4\n");
}

TEST(MemoryStorage, MarksOnlyKnownSeriesStale) {
  MemoryStorage storage;
  storage.Append(kUp, 10, std::nan(""));
  storage.AppendStale(kUp, 20);
  storage.AppendStale(kDown, 20);
  EXPECT_EQ(Dump(storage, 0, 100), "up{job=\"j\"} 10=nan 20=stale\n");
  EXPECT_EQ(storage.series_count(), 1u);
}

TEST(MemoryStorage, DropsOldSamplesAndEmptySeries) {
  MemoryStorage storage;
  storage.Append(kUp, 10, 1);
  storage.Append(kUp, 20, 2);
  storage.Append(kDown, 10, 3);
  storage.DropBefore(20);
  EXPECT_EQ(Dump(storage, 0, 100), "up{job=\"j\"} 20=2\n");
  EXPECT_EQ(storage.series_count(), 1u);
  storage.Append(kDown, 30, 4);
  EXPECT_EQ(Dump(storage, 0, 100),
            "up{job=\"j\"} 20=2\ndown{job=\"j\"} 30=4\n");
  EXPECT_EQ(storage.min_time(), 20);
  EXPECT_EQ(storage.max_time(), 30);
  EXPECT_EQ(storage.sample_count(), 2u);
}

}  // namespace
}  // namespace promql
