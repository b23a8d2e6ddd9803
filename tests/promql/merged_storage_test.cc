#include "promql/storage/merged_storage.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/storage/memory.h"

namespace promql {
namespace {

const base::Labels kUp = {{"__name__", "up"}};
const base::Labels kDown = {{"__name__", "down"}};

std::unique_ptr<MemoryStorage> Floats(
    const base::Labels& labels,
    const std::vector<std::pair<base::Timestamp, double>>& samples) {
  auto storage = std::make_unique<MemoryStorage>();
  for (const auto& [time, value] : samples) {
    storage->Append(labels, time, value);
  }
  return storage;
}

std::string Show(const SeriesSet& set) {
  std::string text;
  for (const SeriesView& series : set.series) {
    text += base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      text += absl::StrFormat(" %g@%d", series.values[i], series.times[i]);
    }
    text += "\n";
  }
  return text;
}

std::string Merge(std::vector<std::unique_ptr<MemoryStorage>> parts) {
  std::vector<std::unique_ptr<const Storage>> storages;
  for (auto& part : parts) storages.push_back(std::move(part));
  const MergedStorage merged(std::move(storages));
  return Show(*merged.Select({}, 0, 100));
}

TEST(MergedStorageTest, OfOneTimeTheFirstPartCounts) {
  std::vector<std::unique_ptr<MemoryStorage>> parts;
  parts.push_back(Floats(kUp, {{1, 10}, {3, 30}, {5, 50}}));
  parts.push_back(Floats(kUp, {{2, 21}, {3, 31}, {6, 61}}));
  EXPECT_EQ(Merge(std::move(parts)), "up 10@1 21@2 30@3 50@5 61@6\n");
}

TEST(MergedStorageTest, SeriesOfOnePartStayAsTheyAre) {
  std::vector<std::unique_ptr<MemoryStorage>> parts;
  parts.push_back(Floats(kDown, {{1, 10}}));
  parts.push_back(Floats(kUp, {{2, 20}}));
  EXPECT_EQ(Merge(std::move(parts)), "down 10@1\nup 20@2\n");
  EXPECT_EQ(Merge({}), "");
}

TEST(MergedStorageTest, AHintHoldsWithinItsPartOnly) {
  const auto histogram = [](double count) {
    auto made = std::make_shared<base::FloatHistogram>();
    made->count = made->zero_count = count;
    return made;
  };
  MemoryStorage one;
  one.Append(kUp, 1, histogram(1));
  one.Append(kUp, 2, histogram(2));
  one.Append(kUp, 4, histogram(4));
  MemoryStorage other;
  other.Append(kUp, 3, 0.5);
  const auto parts = {one.Select({}, 0, 9)->series[0],
                      other.Select({}, 0, 9)->series[0]};
  const SampleColumns merged = MergeSamples(parts);
  ASSERT_EQ(merged.times.size(), 4U);
  using base::CounterReset;
  EXPECT_EQ(merged.histograms[1]->counter_reset, CounterReset::kNotReset);
  EXPECT_EQ(merged.histograms[2], nullptr);
  EXPECT_EQ(merged.histograms[3]->counter_reset, CounterReset::kUnknown);
}

}  // namespace
}  // namespace promql
