#include "promql/storage/tsdb/tsdb_storage.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace promql::tsdb {
namespace {

// Chunks that do not overlap, one behind the other, as one run of samples.
class Lanes {
 public:
  void Add(SampleColumns chunk) {
    if (chunk.times.empty()) return;
    for (SampleColumns& lane : lanes_) {
      if (lane.times.back() >= chunk.times.front()) continue;
      lane.AppendAll(chunk);
      return;
    }
    lanes_.push_back(std::move(chunk));
  }

  // The one run that they are, by time.
  SampleColumns Merged() && {
    if (lanes_.size() == 1) return std::move(lanes_.front());
    std::vector<SeriesView> views;
    for (const SampleColumns& lane : lanes_) views.push_back(lane.View({}));
    return MergeSamples(views);
  }

 private:
  std::vector<SampleColumns> lanes_;
};

bool Overlap(TimeSpan a, TimeSpan b) {
  return a.start <= b.end && b.start <= a.end;
}

std::string KeyOf(const std::vector<base::Matcher>& matchers) {
  std::string key;
  for (const base::Matcher& matcher : matchers) {
    key += base::ToString(matcher) + ",";
  }
  return key;
}

// The furthest times, in place of an overflow.
base::Timestamp Plus(base::Timestamp time, base::Duration change) {
  base::Timestamp sum = 0;
  if (!__builtin_add_overflow(time, change, &sum)) return sum;
  return change < 0 ? std::numeric_limits<base::Timestamp>::min()
                    : std::numeric_limits<base::Timestamp>::max();
}

base::Timestamp Minus(base::Timestamp time, base::Duration change) {
  base::Timestamp difference = 0;
  if (!__builtin_sub_overflow(time, change, &difference)) return difference;
  return change > 0 ? std::numeric_limits<base::Timestamp>::min()
                    : std::numeric_limits<base::Timestamp>::max();
}

}  // namespace

struct TsdbStorage::Series {
  struct Chunk {
    std::size_t block = 0;
    SeriesRef ref = 0;
    ChunkRef chunk;
    bool decoded = false;
  };

  base::Labels labels;
  std::vector<Chunk> chunks;  // Of the blocks in order.
  // All samples within are decoded; some beyond are too.
  std::optional<TimeSpan> covered;
  // Shared with the sets that look at it.
  std::shared_ptr<const SampleColumns> samples =
      std::make_shared<SampleColumns>();
};

TsdbStorage::TsdbStorage(std::vector<Block> blocks,
                         std::optional<TimeSpan> wanted)
    : blocks_(std::move(blocks)), wanted_(wanted) {
  std::ranges::stable_sort(
      blocks_, {}, [](const Block& block) { return block.meta().span.start; });
  by_ref_.resize(blocks_.size());
  selections_.resize(blocks_.size());
}

TsdbStorage::~TsdbStorage() = default;

absl::StatusOr<TsdbStorage::Series*> TsdbStorage::Met(std::size_t block,
                                                      SeriesRef ref) const {
  Series*& met = by_ref_[block][ref];
  if (met != nullptr) return met;
  auto entry = blocks_[block].index().Series(ref);
  if (!entry.ok()) return entry.status();
  Series*& series = by_labels_[entry->labels];
  if (series == nullptr) {
    series_.push_back(std::make_unique<Series>());
    series = series_.back().get();
    series->labels = std::move(entry->labels);
  }
  for (const ChunkRef& chunk : entry->chunks) {
    series->chunks.push_back({block, ref, chunk});
  }
  std::ranges::stable_sort(series->chunks, {}, [](const Series::Chunk& chunk) {
    return std::pair(chunk.block, chunk.chunk.min);
  });
  // Its new chunks may lie where the others were decoded.
  series->covered.reset();
  return met = series;
}

absl::StatusOr<const TsdbStorage::Selection*> TsdbStorage::SelectIn(
    std::size_t block, const std::string& key,
    const std::vector<base::Matcher>& matchers) const {
  const auto known = selections_[block].find(key);
  if (known != selections_[block].end()) return &known->second;
  const auto refs = blocks_[block].index().Select(matchers);
  if (!refs.ok()) return refs.status();
  Selection selection;
  for (const SeriesRef ref : *refs) {
    const auto series = Met(block, ref);
    if (!series.ok()) return series.status();
    selection.push_back(*series);
  }
  return &(selections_[block][key] = std::move(selection));
}

TimeSpan TsdbStorage::Widened(const Series& series, TimeSpan span) const {
  if (wanted_.has_value()) {
    if (span.end <= wanted_->end) span.end = wanted_->end;
  }
  if (!series.covered.has_value()) return span;
  const TimeSpan covered = *series.covered;
  const base::Duration length = Minus(covered.end, covered.start);
  TimeSpan wide = covered;
  if (span.end > covered.end) {
    wide.end = std::max(span.end, Plus(covered.end, length));
  }
  if (span.start < covered.start) {
    wide.start = std::min(span.start, Minus(covered.start, length));
  }
  return wide;
}

absl::Status TsdbStorage::Decode(Series& series, TimeSpan span) const {
  const std::optional<TimeSpan>& covered = series.covered;
  if (covered.has_value() && covered->start <= span.start &&
      span.end <= covered->end) {
    return absl::OkStatus();
  }
  const TimeSpan wide = Widened(series, span);
  Lanes lanes;
  std::vector<Series::Chunk*> decoded;
  for (Series::Chunk& chunk : series.chunks) {
    if (chunk.decoded || !Overlap({chunk.chunk.min, chunk.chunk.max}, wide)) {
      continue;
    }
    auto samples = blocks_[chunk.block].Samples(chunk.ref, chunk.chunk);
    if (!samples.ok()) return samples.status();
    lanes.Add(*std::move(samples));
    decoded.push_back(&chunk);
  }
  if (!decoded.empty()) {
    Lanes all;
    all.Add(SampleColumns(*series.samples));
    all.Add(std::move(lanes).Merged());
    series.samples =
        std::make_shared<const SampleColumns>(std::move(all).Merged());
  }
  for (Series::Chunk* const chunk : decoded) chunk->decoded = true;
  series.covered = wide;
  return absl::OkStatus();
}

absl::StatusOr<SeriesSet> TsdbStorage::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  const std::string key = KeyOf(matchers);
  const std::lock_guard lock(mutex_);
  Selection selected;
  const TimeSpan span = {min, max};
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (!Overlap(blocks_[i].meta().span, span)) continue;
    const auto selection = SelectIn(i, key, matchers);
    if (!selection.ok()) return selection.status();
    selected.insert(selected.end(), (*selection)->begin(), (*selection)->end());
  }
  std::ranges::sort(selected);
  selected.erase(std::unique(selected.begin(), selected.end()), selected.end());
  std::ranges::sort(selected, {},
                    [](const Series* series) -> const base::Labels& {
                      return series->labels;
                    });
  SeriesSet set;
  const auto owner =
      std::make_shared<std::vector<std::shared_ptr<const SampleColumns>>>();
  for (Series* const series : selected) {
    const absl::Status status = Decode(*series, span);
    if (!status.ok()) return status;
    const SampleColumns& samples = *series->samples;
    const auto begin = static_cast<std::size_t>(
        std::ranges::lower_bound(samples.times, min) - samples.times.begin());
    const auto end = static_cast<std::size_t>(
        std::ranges::upper_bound(samples.times, max) - samples.times.begin());
    if (begin >= end) continue;
    const auto part = [&](const auto& column) {
      return std::span(column).subspan(column.empty() ? 0 : begin,
                                       column.empty() ? 0 : end - begin);
    };
    set.series.push_back({series->labels,
                          part(samples.times),
                          part(samples.values),
                          part(samples.histograms),
                          {}});
    owner->push_back(series->samples);
  }
  set.owner = owner;
  return set;
}

}  // namespace promql::tsdb
