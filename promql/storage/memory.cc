#include "promql/storage/memory.h"

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

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
  base::Labels labels;
  std::vector<base::Timestamp> times;
  std::vector<double> values;
  std::vector<HistogramPtr> histograms;
  std::vector<base::Timestamp> starts;

  // The index of the sample at `time`, which is new (a zero) or was there.
  std::size_t Place(base::Timestamp time);
  void Put(base::Timestamp time, double value, HistogramPtr histogram,
           base::Timestamp start);
  void DropBefore(base::Timestamp time);
};

std::size_t MemoryStorage::Entry::Place(base::Timestamp time) {
  Grow(times);
  Grow(values);
  if (times.empty() || time > times.back()) {
    times.push_back(time);
    values.push_back(0);
    if (!histograms.empty()) histograms.push_back(nullptr);
    if (!starts.empty()) starts.push_back(0);
    return times.size() - 1;
  }
  const auto at = std::ranges::lower_bound(times, time);
  const auto index = at - times.begin();
  if (at != times.end() && *at == time) return static_cast<std::size_t>(index);
  times.insert(at, time);
  values.insert(values.begin() + index, 0);
  if (!histograms.empty()) {
    histograms.insert(histograms.begin() + index, nullptr);
  }
  if (!starts.empty()) starts.insert(starts.begin() + index, 0);
  return static_cast<std::size_t>(index);
}

void MemoryStorage::Entry::Put(base::Timestamp time, double value,
                               HistogramPtr histogram, base::Timestamp start) {
  const std::size_t index = Place(time);
  values[index] = value;
  if (histogram != nullptr && histograms.empty()) {
    histograms.resize(times.size());
  }
  if (histogram != nullptr) {
    histogram = WithStoredHint(index == 0 ? nullptr : histograms[index - 1],
                               std::move(histogram));
  }
  if (!histograms.empty()) histograms[index] = std::move(histogram);
  if (start != 0 && starts.empty()) starts.resize(times.size());
  if (!starts.empty()) starts[index] = start;
}

void MemoryStorage::Entry::DropBefore(base::Timestamp time) {
  const auto count = std::ranges::lower_bound(times, time) - times.begin();
  times.erase(times.begin(), times.begin() + count);
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
    all_.push_back(entry);
    by_name_[std::string(labels.metric_name())].push_back(entry);
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

void MemoryStorage::AppendStale(const base::Labels& labels,
                                base::Timestamp time) {
  const auto found = by_labels_.find(labels);
  if (found != by_labels_.end()) {
    found->second->Put(time, StaleMarker(), nullptr, 0);
  }
}

void MemoryStorage::DropBefore(base::Timestamp time) {
  for (const auto& entry : entries_) {
    entry->DropBefore(time);
    if (entry->times.empty()) by_labels_.erase(entry->labels);
  }
  std::erase_if(entries_,
                [](const auto& entry) { return entry->times.empty(); });
  if (entries_.size() != all_.size()) IndexNames();
}

void MemoryStorage::IndexNames() {
  all_.clear();
  by_name_.clear();
  for (const auto& entry : entries_) {
    all_.push_back(entry.get());
    by_name_[std::string(entry->labels.metric_name())].push_back(entry.get());
  }
}

void MemoryStorage::Clear() {
  by_labels_.clear();
  by_name_.clear();
  all_.clear();
  entries_.clear();
}

std::size_t MemoryStorage::series_count() const { return entries_.size(); }

std::size_t MemoryStorage::sample_count() const {
  std::size_t count = 0;
  for (const auto& entry : entries_) count += entry->times.size();
  return count;
}

base::Timestamp MemoryStorage::min_time() const {
  assert(!entries_.empty());
  base::Timestamp time = entries_.front()->times.front();
  for (const auto& entry : entries_)
    time = std::min(time, entry->times.front());
  return time;
}

base::Timestamp MemoryStorage::max_time() const {
  assert(!entries_.empty());
  base::Timestamp time = entries_.front()->times.back();
  for (const auto& entry : entries_) time = std::max(time, entry->times.back());
  return time;
}

const std::vector<MemoryStorage::Entry*>& MemoryStorage::Candidates(
    const std::vector<base::Matcher>& matchers) const {
  static const auto* const none = new std::vector<Entry*>();
  for (const base::Matcher& matcher : matchers) {
    if (matcher.type() != base::MatchType::kEqual ||
        matcher.name() != base::kMetricName) {
      continue;
    }
    const auto found = by_name_.find(matcher.value());
    return found == by_name_.end() ? *none : found->second;
  }
  return all_;
}

absl::StatusOr<SeriesSet> MemoryStorage::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  SeriesSet set;
  for (const Entry* entry : Candidates(matchers)) {
    const bool matches =
        std::ranges::all_of(matchers, [&](const base::Matcher& matcher) {
          return matcher.Matches(entry->labels);
        });
    if (!matches) continue;
    const auto& times = entry->times;
    const auto begin = static_cast<std::size_t>(
        std::ranges::lower_bound(times, min) - times.begin());
    const auto end = static_cast<std::size_t>(
        std::ranges::upper_bound(times, max) - times.begin());
    if (begin >= end) continue;
    const auto part = [&](const auto& column) {
      return std::span(column).subspan(column.empty() ? 0 : begin,
                                       column.empty() ? 0 : end - begin);
    };
    set.series.push_back({entry->labels, part(entry->times),
                          part(entry->values), part(entry->histograms),
                          part(entry->starts)});
  }
  return set;
}

}  // namespace promql
