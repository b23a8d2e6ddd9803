#include "alerts/replay/overlay.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "alerts/rule_outputs.h"
#include "promql/storage/merged_storage.h"

namespace alerts {
namespace {

// Leaves the first `count` samples of a view.
void Keep(promql::SeriesView& view, std::size_t count) {
  view.times = view.times.first(count);
  view.values = view.values.first(count);
  if (!view.histograms.empty()) view.histograms = view.histograms.first(count);
  if (!view.starts.empty()) view.starts = view.starts.first(count);
}

// Leaves the samples before `time`.
void KeepBefore(promql::SeriesView& view, base::Timestamp time) {
  Keep(view,
       static_cast<std::size_t>(std::ranges::lower_bound(view.times, time) -
                                view.times.begin()));
}

// Keeps alive what the views of a joint answer look at.
struct Owners {
  std::shared_ptr<const void> recorded;
  std::shared_ptr<const void> written;
  std::deque<promql::SampleColumns> joined;
};

}  // namespace

Overlay::Overlay(const promql::Storage& recorded,
                 const std::vector<GroupDefinition>& groups,
                 base::Timestamp start)
    : recorded_(recorded), start_(start) {
  for (const GroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      const bool alert = rule.kind == RuleDefinition::Kind::kAlerting;
      (alert ? alerts_ : names_).insert(rule.name);
    }
  }
}

bool Overlay::IsHidden(const base::Labels& labels) const {
  const std::string_view name = labels.metric_name();
  if (name == kAlertsMetric || name == kForStateMetric) {
    return alerts_.contains(labels.Get(kAlertNameLabel));
  }
  return names_.contains(name);
}

bool Overlay::CanFindWritten(const std::vector<base::Matcher>& matchers) const {
  const auto fits = [&](std::string_view name) {
    return std::ranges::all_of(matchers, [name](const base::Matcher& matcher) {
      return matcher.name() != base::kMetricName || matcher.Matches(name);
    });
  };
  return (!alerts_.empty() && (fits(kAlertsMetric) || fits(kForStateMetric))) ||
         std::ranges::any_of(names_, fits);
}

std::optional<promql::SeriesSet> Overlay::At(const base::Labels& labels,
                                             base::Timestamp time) const {
  std::vector<base::Matcher> matchers;
  for (const base::Label& label : labels) {
    matchers.push_back(base::Matcher::Equal(label.name, label.value));
  }
  auto set = written_.Select(matchers, time, time);
  if (!set.ok()) return std::nullopt;
  std::erase_if(set->series, [&](const promql::SeriesView& view) {
    return view.labels != labels;
  });
  if (set->series.empty()) return std::nullopt;
  return *std::move(set);
}

absl::Status Overlay::Append(const base::Labels& labels, base::Timestamp time,
                             double value, promql::HistogramPtr histogram) {
  Newest& newest = newest_[labels];
  const bool fresh = newest.entry == nullptr;
  if (fresh) newest.entry = &written_.Find(labels);
  if (!fresh && time <= newest.time) {
    // Two rules write one series.
    if (const auto there = At(labels, time)) {
      const promql::SeriesView& view = there->series.front();
      const bool same = histogram == nullptr && view.histograms.empty() &&
                        std::bit_cast<std::uint64_t>(view.values.front()) ==
                            std::bit_cast<std::uint64_t>(value);
      if (same) return absl::OkStatus();
      return absl::AlreadyExistsError("duplicate sample for timestamp");
    }
  }
  if (histogram != nullptr) {
    written_.Append(labels, time, std::move(histogram));
  } else {
    written_.Append(*newest.entry, time, value);
  }
  newest.time = fresh ? time : std::max(newest.time, time);
  return absl::OkStatus();
}

void Overlay::AppendStale(const base::Labels& labels, base::Timestamp time) {
  const auto found = newest_.find(labels);
  if (found == newest_.end()) return;
  if (time <= found->second.time && At(labels, time)) return;
  written_.Append(*found->second.entry, time, promql::StaleMarker());
  found->second.time = std::max(found->second.time, time);
}

absl::StatusOr<promql::SeriesSet> Overlay::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  auto recorded = recorded_.Select(matchers, min, max);
  if (!recorded.ok() || !CanFindWritten(matchers)) return recorded;
  auto written = written_.Select(matchers, min, max);
  if (!written.ok()) return written;
  const auto owners = std::make_shared<Owners>();
  owners->recorded = recorded->owner;
  owners->written = written->owner;
  absl::flat_hash_map<base::Labels, promql::SeriesView*> known;
  for (promql::SeriesView& view : recorded->series) {
    if (!IsHidden(view.labels)) continue;
    KeepBefore(view, start_);
    known[view.labels] = &view;
  }
  std::vector<promql::SeriesView> fresh;
  for (promql::SeriesView& view : written->series) {
    const auto older = known.find(view.labels);
    if (older == known.end()) {
      fresh.push_back(std::move(view));
      continue;
    }
    owners->joined.push_back(promql::MergeSamples({*older->second, view}));
    *older->second = owners->joined.back().View(view.labels);
  }
  promql::SeriesSet both;
  both.series = std::move(recorded->series);
  std::erase_if(both.series, [](const promql::SeriesView& view) {
    return view.times.empty();
  });
  std::ranges::move(fresh, std::back_inserter(both.series));
  both.owner = owners;
  return both;
}

absl::StatusOr<promql::SeriesSet> Clipped::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  if (min > now_) return promql::SeriesSet{};
  auto set = storage_.Select(matchers, min, std::min(max, now_));
  if (!set.ok()) return set;
  for (promql::SeriesView& view : set->series) KeepBefore(view, now_ + 1);
  std::erase_if(set->series, [](const promql::SeriesView& view) {
    return view.times.empty();
  });
  return set;
}

}  // namespace alerts
