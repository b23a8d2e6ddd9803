#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/storage/memory.h"
#include "promql/storage/series_index.h"

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

// Series that are appended to together share their times; each way in which
// they can part must leave the others as they are.
TEST(MemoryStorage, KeepsTheTimesOfEachSeriesApart) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 200; ++round) {
    MemoryStorage storage;
    std::vector<std::map<base::Timestamp, double>> want(4);
    const auto labels_of = [](std::size_t i) {
      return base::Labels{{"job", "j"}, {"n", std::to_string(i)}};
    };
    for (base::Timestamp scrape = 1; scrape <= 20; ++scrape) {
      for (std::size_t i = 0; i < want.size(); ++i) {
        const std::uint64_t luck = random() % 12;
        if (luck == 0) continue;
        base::Timestamp time = scrape * 10;
        if (luck == 1) time -= static_cast<base::Timestamp>(random() % 50);
        const auto value = static_cast<double>(random() % 1000);
        storage.Append(labels_of(i), time, value);
        want[i][time] = value;
      }
      if (random() % 10 != 0) continue;
      storage.DropBefore(scrape * 10 - 60);
      for (auto& samples : want) {
        samples.erase(samples.begin(), samples.lower_bound(scrape * 10 - 60));
      }
    }
    const auto set = storage.Select({}, -1000, 1000);
    std::size_t found = 0;
    for (const SeriesView& series : set->series) {
      const auto& samples =
          want[std::stoul(std::string(series.labels.Get("n")))];
      found += samples.size();
      ASSERT_EQ(std::vector(series.times.begin(), series.times.end()), [&] {
        std::vector<base::Timestamp> times;
        for (const auto& sample : samples) times.push_back(sample.first);
        return times;
      }());
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        ASSERT_EQ(series.values[i], samples.at(series.times[i]));
      }
    }
    std::size_t all = 0;
    for (const auto& samples : want) all += samples.size();
    EXPECT_EQ(found, all);
  }
}

TEST(SeriesIndex, FindsWhatTheMatchersMatch) {
  std::vector<base::Labels> series;
  for (int i = 0; i < 400; ++i) {
    series.push_back({{"__name__", i % 3 == 0 ? "a_total" : "b"},
                      {"code", std::to_string(200 + i % 7 * 50)},
                      {"env", i % 5 == 0 ? "" : "prod"},
                      {"pod", std::to_string(i)}});
  }
  SeriesIndex index;
  for (const base::Labels& labels : series) index.Add(labels);
  using Type = base::MatchType;
  const std::tuple<Type, const char*, const char*> kMatchers[] = {
      {Type::kEqual, "__name__", "b"},
      {Type::kEqual, "__name__", "c"},
      {Type::kEqual, "code", "250"},
      {Type::kEqual, "env", ""},
      {Type::kEqual, "pod", "17"},
      {Type::kEqual, "none", ""},
      {Type::kNotEqual, "env", ""},
      {Type::kNotEqual, "code", "200"},
      {Type::kRegexp, "code", "2..|400"},
      {Type::kRegexp, "pod", "1.*"},
      {Type::kRegexp, "env", "prod|"},
      {Type::kRegexp, "none", "x*"},
      {Type::kRegexp, "__name__", ".+_total"},
      {Type::kNotRegexp, "pod", "[0-9]"},
      {Type::kNotRegexp, "env", "p.*"},
      {Type::kNotRegexp, "none", "x+"}};
  std::mt19937_64 random(42);
  for (int round = 0; round < 500; ++round) {
    std::vector<base::Matcher> matchers;
    std::string text;
    for (std::uint64_t i = random() % 4; i > 0; --i) {
      const auto& [type, name, value] =
          kMatchers[random() % std::size(kMatchers)];
      matchers.push_back(*base::Matcher::Make(type, name, value));
      text += base::ToString(matchers.back()) + " ";
    }
    std::vector<std::uint32_t> want;
    for (std::uint32_t i = 0; i < series.size(); ++i) {
      if (std::ranges::all_of(matchers, [&](const base::Matcher& matcher) {
            return matcher.Matches(series[i]);
          })) {
        want.push_back(i);
      }
    }
    EXPECT_EQ(index.Find(matchers), want) << text;
  }
}

}  // namespace
}  // namespace promql
