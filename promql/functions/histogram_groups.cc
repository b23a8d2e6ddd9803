#include "promql/functions/histogram_groups.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/number.h"
#include "base/quote.h"
#include "promql/functions/annotations.h"

namespace promql {
namespace {

bool HasKind(const Column& column, Presence kind) {
  return std::ranges::find(column.present, kind) != column.present.end();
}

void WarnOfBound(const CallContext& call, const base::Labels& labels,
                 base::Span span) {
  WarnOfMetric(call, span, "bad-bucket-label",
               absl::StrFormat("bucket label \"le\" is missing or has a "
                               "malformed value of %s for metric name",
                               base::Quote(labels.Get(base::kBucketLabel))),
               labels);
}

}  // namespace

std::vector<HistogramGroup> GroupHistograms(const CallContext& call,
                                            const Block& block,
                                            base::Span span) {
  std::vector<HistogramGroup> groups;
  absl::flat_hash_map<base::Labels, std::size_t> group_of;
  const auto group_with = [&](base::Labels labels,
                              bool drop_name) -> HistogramGroup& {
    const auto [place, is_new] = group_of.try_emplace(labels, groups.size());
    if (is_new) groups.push_back({std::move(labels), drop_name, {}, {}});
    return groups[place->second];
  };
  for (std::size_t row = 0; row < block.rows.size(); ++row) {
    const Series& series = block.rows[row];
    if (HasKind(series.column, kHistogram)) {
      group_with(series.labels, series.drop_name).natives.push_back(row);
    }
    if (!HasKind(series.column, kFloat)) continue;
    const auto bound = base::ParseFloat(series.labels.Get(base::kBucketLabel));
    if (!bound.has_value()) {
      WarnOfBound(call, series.labels, span);
      continue;
    }
    group_with(
        base::LabelsBuilder(series.labels).Remove(base::kBucketLabel).Build(),
        series.drop_name)
        .buckets.push_back({*bound, row});
  }
  for (HistogramGroup& group : groups) {
    std::ranges::stable_sort(group.buckets, {},
                             &HistogramGroup::Bucket::upper_bound);
  }
  return groups;
}

void GatherBuckets(const HistogramGroup& group, const Block& block,
                   std::size_t step, std::vector<ClassicBucket>& buckets) {
  buckets.clear();
  for (const auto& [bound, row] : group.buckets) {
    const Column& column = block.rows[row].column;
    if (column.present[step] != kFloat) continue;
    buckets.push_back({bound, column.values[step]});
  }
}

const base::FloatHistogram* NativeAt(const CallContext& call,
                                     const HistogramGroup& group,
                                     const Block& block, std::size_t step,
                                     base::Span span,
                                     std::vector<ClassicBucket>& buckets) {
  for (const std::size_t row : group.natives) {
    const Column& column = block.rows[row].column;
    if (column.present[step] != kHistogram) continue;
    if (buckets.empty()) return column.histograms[step].get();
    WarnOfMetric(call, span, "mixed-classic-native",
                 "vector contains a mix of classic and native histograms for "
                 "metric name",
                 group.labels);
    buckets.clear();
    return nullptr;
  }
  return nullptr;
}

}  // namespace promql
