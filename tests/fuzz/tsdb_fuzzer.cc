// Any bytes as the files of a block: nothing crashes, damage is named by file
// and offset, and what is read is fit for queries.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "base/histogram_reset.h"
#include "base/matcher.h"
#include "promql/storage/tsdb/tsdb_storage.h"
#include "tests/fuzz/require.h"
#include "tests/promql/tsdb/packed_block.h"

namespace {

using tests::Require;

using base::Matcher;
using base::MatchType;
using Time = std::numeric_limits<base::Timestamp>;

void RequireDamage(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kDataLoss &&
              std::string(status.message()).find(": damaged at offset ") !=
                  std::string::npos,
          "an error does not name file and offset");
}

void CheckSeries(const promql::SeriesView& series) {
  Require(!series.times.empty(), "a series without samples");
  Require(series.times.size() == series.values.size(), "a value is missing");
  Require(series.histograms.empty() ||
              series.histograms.size() == series.times.size(),
          "a histogram is missing");
  for (std::size_t i = 1; i < series.times.size(); ++i) {
    Require(series.times[i - 1] < series.times[i], "times do not ascend");
  }
  const base::FloatHistogram* before = nullptr;
  for (const promql::HistogramPtr& histogram : series.histograms) {
    if (histogram == nullptr) continue;
    base::ToString(*histogram);
    if (before != nullptr) base::IsReset(*before, *histogram);
    before = histogram.get();
  }
}

// The samples that were selected, or -1 when there is damage.
std::int64_t Select(const promql::Storage& storage,
                    const std::vector<Matcher>& matchers, base::Timestamp min,
                    base::Timestamp max) {
  const auto set = storage.Select(matchers, min, max);
  if (!set.ok()) {
    RequireDamage(set.status());
    return -1;
  }
  std::int64_t samples = 0;
  for (const promql::SeriesView& series : set->series) {
    CheckSeries(series);
    samples += static_cast<std::int64_t>(series.times.size());
  }
  return samples;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const std::vector<Matcher> kSome = {
      *Matcher::Make(MatchType::kRegexp, "__name__", "up|h.*"),
      *Matcher::Make(MatchType::kNotEqual, "job", "b")};
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  auto block = promql::tsdb::Block::Read({{Time::min(), Time::max()}, "", {}},
                                         promql::tsdb::UnpackBlock(packed));
  if (!block.ok()) {
    RequireDamage(block.status());
    return 0;
  }
  std::vector<promql::tsdb::Block> blocks;
  blocks.push_back(*std::move(block));
  const promql::tsdb::TsdbStorage storage(std::move(blocks));
  constexpr base::Timestamp kBegin = 1'700'028'000'000;
  Select(storage, kSome, kBegin, kBegin + 60'000);
  Select(storage, kSome, kBegin - 60'000, kBegin + 600'000);
  const std::int64_t all = Select(storage, {}, Time::min(), Time::max());
  const std::int64_t again = Select(storage, {}, Time::min(), Time::max());
  Require(all == again, "another answer to the same question");
  return 0;
}
