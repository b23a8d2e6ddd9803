#include "promql/storage/memory.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <span>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "promql/storage/counter_hints.h"

namespace promql {

namespace {

// Makes room for one more. Doubling, as vectors do, would waste a third.
template <typename Element>
void Grow(std::vector<Element>& column) {
  constexpr std::size_t kSmall = 64;
  if (column.size() == column.capacity() && column.size() >= kSmall) {
    column.reserve(column.size() + column.size() / 8);
  }
}

}  // namespace

// The columns of one series. `histograms` and `starts` stay empty until the
// first sample that has one, then keep an element for each sample.
struct MemoryStorage::Entry {
  using Times = std::vector<base::Timestamp>;

  base::Labels labels;
  // The first values.size() of them are this series'. Whichever series comes to
  // a time first appends it; one that differs takes a copy of what it has.
  std::shared_ptr<Times> shared_times;
  std::vector<double> values;
  std::vector<HistogramPtr> histograms;
  std::vector<base::Timestamp> starts;

  std::span<const base::Timestamp> times() const {
    return std::span(*shared_times).first(values.size());
  }
  // The index of the sample at `time`, which is new (a zero) or was there.
  std::size_t Place(base::Timestamp time);
  void AppendTime(base::Timestamp time);
  // REQUIRES: they ascend behind the newest
  void AppendTimes(std::span<const base::Timestamp> more);
  void OwnTimes();
  void Put(base::Timestamp time, double value, HistogramPtr histogram,
           base::Timestamp start);
  void PutAll(std::span<const base::Timestamp> more_times,
              std::span<const double> more_values);
  // All columns but the times.
  void DropFirst(std::ptrdiff_t count);
};

void MemoryStorage::Entry::OwnTimes() {
  if (shared_times.use_count() == 1) return;
  const auto own = times();
  auto copy = std::make_shared<Times>();
  copy->reserve(own.size() + own.size() / 8);
  copy->assign(own.begin(), own.end());
  shared_times = std::move(copy);
}

void MemoryStorage::Entry::AppendTime(base::Timestamp time) {
  const std::size_t size = values.size();
  if (shared_times->size() > size) {
    if ((*shared_times)[size] == time) return;
    OwnTimes();
    shared_times->resize(size);
  }
  Grow(*shared_times);
  shared_times->push_back(time);
}

void MemoryStorage::Entry::AppendTimes(std::span<const base::Timestamp> more) {
  const std::size_t size = values.size();
  const std::size_t there = std::min(shared_times->size() - size, more.size());
  const auto known = std::span(*shared_times).subspan(size, there);
  if (std::ranges::equal(known, more.first(there))) {
    more = more.subspan(there);
  } else {
    OwnTimes();
    shared_times->resize(size);
  }
  shared_times->insert(shared_times->end(), more.begin(), more.end());
}

std::size_t MemoryStorage::Entry::Place(base::Timestamp time) {
  const std::span<const base::Timestamp> known = times();
  Grow(values);
  if (known.empty() || time > known.back()) {
    AppendTime(time);
    values.push_back(0);
    if (!histograms.empty()) histograms.push_back(nullptr);
    if (!starts.empty()) starts.push_back(0);
    return values.size() - 1;
  }
  const auto index = std::ranges::lower_bound(known, time) - known.begin();
  const auto place = static_cast<std::size_t>(index);
  if (known[place] == time) return place;
  OwnTimes();
  shared_times->resize(values.size());
  shared_times->insert(shared_times->begin() + index, time);
  values.insert(values.begin() + index, 0);
  if (!histograms.empty()) {
    histograms.insert(histograms.begin() + index, nullptr);
  }
  if (!starts.empty()) starts.insert(starts.begin() + index, 0);
  return place;
}

void MemoryStorage::Entry::Put(base::Timestamp time, double value,
                               HistogramPtr histogram, base::Timestamp start) {
  const std::size_t index = Place(time);
  values[index] = value;
  if (histogram != nullptr && histograms.empty()) {
    histograms.resize(values.size());
  }
  if (histogram != nullptr) {
    histogram = WithStoredHint(index == 0 ? nullptr : histograms[index - 1],
                               std::move(histogram));
  }
  if (!histograms.empty()) histograms[index] = std::move(histogram);
  if (start != 0 && starts.empty()) starts.resize(values.size());
  if (!starts.empty()) starts[index] = start;
}

void MemoryStorage::Entry::PutAll(std::span<const base::Timestamp> more_times,
                                  std::span<const double> more_values) {
  const bool behind = values.empty() || (!more_times.empty() &&
                                         more_times.front() > times().back());
  const bool ascending =
      std::ranges::adjacent_find(more_times, std::ranges::greater_equal()) ==
      more_times.end();
  if (behind && ascending && histograms.empty() && starts.empty()) {
    AppendTimes(more_times);
    values.insert(values.end(), more_values.begin(), more_values.end());
    return;
  }
  for (std::size_t i = 0; i < more_times.size(); ++i) {
    const std::size_t size = values.size();
    const std::size_t index = Place(more_times[i]);
    if (values.size() > size) values[index] = more_values[i];
  }
}

void MemoryStorage::Entry::DropFirst(std::ptrdiff_t count) {
  values.erase(values.begin(), values.begin() + count);
  if (!histograms.empty()) {
    histograms.erase(histograms.begin(), histograms.begin() + count);
  }
  if (!starts.empty()) starts.erase(starts.begin(), starts.begin() + count);
}

MemoryStorage::MemoryStorage() = default;
MemoryStorage::~MemoryStorage() = default;
MemoryStorage::MemoryStorage(MemoryStorage&&) noexcept = default;
MemoryStorage& MemoryStorage::operator=(MemoryStorage&&) noexcept = default;

MemoryStorage::Entry& MemoryStorage::Find(const base::Labels& labels) {
  Entry*& entry = by_labels_[labels];
  if (entry == nullptr) {
    entries_.push_back(std::make_unique<Entry>());
    entry = entries_.back().get();
    entry->labels = labels;
    // Most often the series before was scraped together with this one.
    entry->shared_times = entries_.size() > 1
                              ? entries_[entries_.size() - 2]->shared_times
                              : std::make_shared<Entry::Times>();
    index_.Add(entry->labels);
  }
  return *entry;
}

void MemoryStorage::Append(const base::Labels& labels, base::Timestamp time,
                           double value, base::Timestamp start) {
  Find(labels).Put(time, value, nullptr, start);
}

void MemoryStorage::Append(const base::Labels& labels, base::Timestamp time,
                           HistogramPtr histogram, base::Timestamp start) {
  Find(labels).Put(time, 0, std::move(histogram), start);
}

void MemoryStorage::Append(Entry& entry, base::Timestamp time, double value) {
  entry.Put(time, value, nullptr, 0);
}

void MemoryStorage::Append(Entry& entry, base::Timestamp time,
                           HistogramPtr histogram) {
  entry.Put(time, 0, std::move(histogram), 0);
}

void MemoryStorage::Append(Entry& entry, std::span<const base::Timestamp> times,
                           std::span<const double> values) {
  entry.PutAll(times, values);
}

void MemoryStorage::AppendStale(const base::Labels& labels,
                                base::Timestamp time) {
  const auto found = by_labels_.find(labels);
  if (found != by_labels_.end()) {
    found->second->Put(time, StaleMarker(), nullptr, 0);
  }
}

void MemoryStorage::DropBefore(base::Timestamp time) {
  absl::flat_hash_set<std::shared_ptr<Entry::Times>> columns;
  for (const auto& entry : entries_) {
    const auto times = entry->times();
    const auto count = std::ranges::lower_bound(times, time) - times.begin();
    if (count == 0) continue;
    columns.insert(entry->shared_times);
    entry->DropFirst(count);
    if (entry->values.empty()) by_labels_.erase(entry->labels);
  }
  // All series of a column have lost the same times of it, as far as they go.
  for (const auto& column : columns) {
    column->erase(column->begin(), std::ranges::lower_bound(*column, time));
  }
  const std::size_t before = entries_.size();
  std::erase_if(entries_,
                [](const auto& entry) { return entry->values.empty(); });
  if (entries_.size() != before) IndexSeries();
}

void MemoryStorage::IndexSeries() {
  index_.Clear();
  for (const auto& entry : entries_) index_.Add(entry->labels);
}

void MemoryStorage::Clear() {
  by_labels_.clear();
  index_.Clear();
  entries_.clear();
}

std::size_t MemoryStorage::series_count() const { return entries_.size(); }

std::size_t MemoryStorage::sample_count() const {
  std::size_t count = 0;
  for (const auto& entry : entries_) count += entry->values.size();
  return count;
}

base::Timestamp MemoryStorage::min_time() const {
  assert(!entries_.empty());
  base::Timestamp time = entries_.front()->times().front();
  for (const auto& entry : entries_) {
    time = std::min(time, entry->times().front());
  }
  return time;
}

base::Timestamp MemoryStorage::max_time() const {
  assert(!entries_.empty());
  base::Timestamp time = entries_.front()->times().back();
  for (const auto& entry : entries_) {
    time = std::max(time, entry->times().back());
  }
  return time;
}

absl::StatusOr<SeriesSet> MemoryStorage::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  SeriesSet set;
  const std::vector<std::uint32_t> numbers = index_.Find(matchers);
  set.series.reserve(numbers.size());
  for (const std::uint32_t number : numbers) {
    const Entry& entry = *entries_[number];
    const std::span<const base::Timestamp> times = entry.times();
    const auto begin = static_cast<std::size_t>(
        std::ranges::lower_bound(times, min) - times.begin());
    const auto end = static_cast<std::size_t>(
        std::ranges::upper_bound(times, max) - times.begin());
    if (begin >= end) continue;
    const auto part = [&](const auto& column) {
      return std::span(column).subspan(column.empty() ? 0 : begin,
                                       column.empty() ? 0 : end - begin);
    };
    set.series.push_back({entry.labels, part(times), part(entry.values),
                          part(entry.histograms), part(entry.starts)});
  }
  return set;
}

}  // namespace promql
