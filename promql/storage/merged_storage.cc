#include "promql/storage/merged_storage.h"

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace promql {
namespace {

using base::CounterReset;

// What a hint says holds for the sample before in the same part only.
HistogramPtr WithoutHint(HistogramPtr histogram) {
  if (histogram == nullptr ||
      histogram->counter_reset == CounterReset::kGauge ||
      histogram->counter_reset == CounterReset::kUnknown) {
    return histogram;
  }
  auto changed = std::make_shared<base::FloatHistogram>(*histogram);
  changed->counter_reset = CounterReset::kUnknown;
  return changed;
}

// The part whose next sample is the oldest; parts.size() when all are read.
std::size_t Oldest(const std::vector<SeriesView>& parts,
                   const std::vector<std::size_t>& next) {
  std::size_t best = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (next[i] == parts[i].times.size()) continue;
    if (best == parts.size() ||
        parts[i].times[next[i]] < parts[best].times[next[best]]) {
      best = i;
    }
  }
  return best;
}

// What a merged set looks at.
struct Owned {
  std::vector<SeriesSet> sets;
  std::vector<std::unique_ptr<SampleColumns>> merged;
};

}  // namespace

void SampleColumns::Append(base::Timestamp time, double value,
                           HistogramPtr histogram) {
  if (histogram != nullptr && histograms.empty()) {
    histograms.resize(times.size());
  }
  times.push_back(time);
  values.push_back(value);
  if (histogram != nullptr || !histograms.empty()) {
    histograms.push_back(std::move(histogram));
  }
}

void SampleColumns::AppendAll(const SampleColumns& later) {
  const auto append = [](auto& column, const auto& more) {
    column.insert(column.end(), more.begin(), more.end());
  };
  if (!histograms.empty() || !later.histograms.empty()) {
    histograms.resize(times.size());
    append(histograms, later.histograms);
    histograms.resize(times.size() + later.times.size());
  }
  append(times, later.times);
  append(values, later.values);
}

SeriesView SampleColumns::View(const base::Labels& labels) const {
  return {labels, times, values, histograms, {}};
}

SampleColumns MergeSamples(const std::vector<SeriesView>& parts) {
  SampleColumns merged;
  std::vector<std::size_t> next(parts.size());
  std::size_t before = parts.size();  // The part of the sample before.
  for (std::size_t best = Oldest(parts, next); best != parts.size();
       best = Oldest(parts, next)) {
    const SeriesView& part = parts[best];
    const std::size_t i = next[best]++;
    if (!merged.times.empty() && part.times[i] == merged.times.back()) {
      // What stands here goes on from a sample that is left out.
      if (before == best) before = parts.size();
      continue;
    }
    HistogramPtr histogram =
        part.histograms.empty() ? nullptr : part.histograms[i];
    if (before != best) histogram = WithoutHint(std::move(histogram));
    merged.Append(part.times[i], part.values[i], std::move(histogram));
    before = best;
  }
  return merged;
}

MergedStorage::MergedStorage(std::vector<std::unique_ptr<const Storage>> parts)
    : parts_(std::move(parts)) {}

absl::StatusOr<SeriesSet> MergedStorage::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  const auto owned = std::make_shared<Owned>();
  absl::flat_hash_map<base::Labels, std::size_t> place;
  std::vector<std::vector<SeriesView>> groups;  // In the order first met.
  for (const auto& part : parts_) {
    auto set = part->Select(matchers, min, max);
    if (!set.ok()) return set.status();
    for (const SeriesView& view : set->series) {
      const auto [at, is_new] = place.try_emplace(view.labels, groups.size());
      if (is_new) groups.emplace_back();
      groups[at->second].push_back(view);
    }
    owned->sets.push_back(*std::move(set));
  }
  SeriesSet result;
  for (std::vector<SeriesView>& group : groups) {
    if (group.size() == 1) {
      result.series.push_back(std::move(group.front()));
      continue;
    }
    owned->merged.push_back(
        std::make_unique<SampleColumns>(MergeSamples(group)));
    result.series.push_back(owned->merged.back()->View(group.front().labels));
  }
  result.owner = owned;
  return result;
}

}  // namespace promql
