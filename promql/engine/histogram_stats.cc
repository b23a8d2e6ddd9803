#include "promql/engine/histogram_stats.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/histogram_reset.h"

namespace promql {
namespace {

using base::CounterReset;
using base::FloatHistogram;

// What the calls above a selector leave of its buckets.
enum class Buckets { kKept, kSkipped, kNeeded };

// Comparing and trimming read the buckets; the other operators pass on what is
// needed of their result.
bool ReadsBuckets(const Expr& expr) {
  const auto* binary = std::get_if<Binary>(&expr.node);
  if (binary == nullptr) return false;
  const base::OpKind kind = base::Row(binary->op).kind;
  return kind == base::OpKind::kComparison || kind == base::OpKind::kTrim;
}

Buckets Below(const Plan& plan, Buckets above) {
  if (std::holds_alternative<Subquery>(plan.expr->node)) {
    return Buckets::kNeeded;
  }
  if (above == Buckets::kNeeded) return above;
  if (ReadsBuckets(*plan.expr)) return Buckets::kKept;
  if (plan.function == nullptr) return above;
  if (plan.function->needs == Function::Needs::kBuckets) {
    return Buckets::kNeeded;
  }
  return plan.function->needs == Function::Needs::kCountAndSum
             ? Buckets::kSkipped
             : above;
}

void Mark(Plan& plan, Buckets above) {
  plan.stats_only = above == Buckets::kSkipped;
  const Buckets below = Below(plan, above);
  for (Plan& child : plan.children) Mark(child, below);
}

HistogramPtr StatsOf(const FloatHistogram* previous,
                     const FloatHistogram& histogram) {
  auto stats = std::make_shared<FloatHistogram>();
  stats->schema = histogram.schema;
  stats->count = histogram.count;
  stats->sum = histogram.sum;
  stats->counter_reset = histogram.counter_reset;
  if (previous != nullptr &&
      histogram.counter_reset == CounterReset::kUnknown) {
    stats->counter_reset = base::IsReset(*previous, histogram)
                               ? CounterReset::kReset
                               : CounterReset::kNotReset;
  }
  return stats;
}

}  // namespace

void MarkStatsOnly(Plan& plan) { Mark(plan, Buckets::kKept); }

void KeepStatsOnly(SeriesSet& set) {
  struct Owned {
    std::shared_ptr<const void> storage;
    std::vector<std::vector<HistogramPtr>> histograms;
  };
  auto owned = std::make_shared<Owned>();
  owned->storage = std::move(set.owner);
  for (SeriesView& series : set.series) {
    if (series.histograms.empty()) continue;
    std::vector<HistogramPtr> stats;
    stats.reserve(series.histograms.size());
    const FloatHistogram* previous = nullptr;
    for (const HistogramPtr& histogram : series.histograms) {
      stats.push_back(histogram == nullptr ? nullptr
                                           : StatsOf(previous, *histogram));
      if (histogram != nullptr) previous = histogram.get();
    }
    owned->histograms.push_back(std::move(stats));
    series.histograms = owned->histograms.back();
  }
  set.owner = std::move(owned);
}

}  // namespace promql
