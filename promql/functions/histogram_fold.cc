#include "promql/functions/histogram_fold.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/histogram_arithmetic.h"
#include "base/histogram_runs.h"
#include "promql/functions/histogram_findings.h"

namespace promql {
namespace {

using base::CounterReset;
using base::FloatHistogram;
using base::HistogramMerge;

// Which hints there were, of those that contradict each other.
struct SeenHints {
  bool reset = false;
  bool not_reset = false;

  void See(const FloatHistogram& histogram) {
    reset = reset || histogram.counter_reset == CounterReset::kReset;
    not_reset = not_reset || histogram.counter_reset == CounterReset::kNotReset;
  }
  bool collide() const { return reset && not_reset; }
};

HistogramPtr Finish(const base::HistogramSum& sum) {
  auto total = std::make_shared<FloatHistogram>(sum.Total());
  base::Compact(*total);
  return total;
}

// Adds the histograms but the first; nothing when they do not mix.
std::optional<base::HistogramSum> Add(std::span<const HistogramPtr> histograms,
                                      HistogramFold& fold) {
  base::HistogramSum sum(*histograms.front());
  SeenHints hints;
  hints.See(*histograms.front());
  for (const HistogramPtr& histogram : histograms.subspan(1)) {
    hints.See(*histogram);
    fold.reset_collision = hints.collide();
    const HistogramMerge merge = sum.Add(*histogram);
    ++fold.last;
    if (!merge.compatible) return std::nullopt;
    fold.bounds_reconciled = fold.bounds_reconciled || merge.bounds_reconciled;
  }
  return sum;
}

// Sums up as long as nothing overflows, then moves the mean by each one's
// share. REQUIRES: the kinds of buckets mix
base::HistogramSum IncrementalHistogramMean(
    std::span<const HistogramPtr> histograms) {
  base::HistogramSum mean(*histograms.front());
  bool incremental = false;
  double count = 1;
  for (const HistogramPtr& histogram : histograms.subspan(1)) {
    count += 1;
    if (!incremental) {
      base::HistogramSum next = mean;
      next.Add(*histogram);
      if (!base::HasInfinity(next.uncompensated())) {
        mean = std::move(next);
        continue;
      }
      incremental = true;
      mean.Divide(count - 1);
    }
    mean.Multiply((count - 1) / count);
    FloatHistogram share = *histogram;
    base::Divide(share, count);
    mean.Add(share);
  }
  if (!incremental) mean.Divide(count);
  return mean;
}

}  // namespace

HistogramFold SumOf(std::span<const HistogramPtr> histograms) {
  HistogramFold fold;
  const auto sum = Add(histograms, fold);
  if (sum.has_value()) fold.result = Finish(*sum);
  return fold;
}

HistogramFold MeanOf(std::span<const HistogramPtr> histograms) {
  HistogramFold fold;
  auto sum = Add(histograms, fold);
  if (!sum.has_value()) return fold;
  if (base::HasInfinity(sum->uncompensated())) {
    fold.result = Finish(IncrementalHistogramMean(histograms));
  } else {
    sum->Divide(static_cast<double>(histograms.size()));
    fold.result = Finish(*sum);
  }
  return fold;
}

void FoldFindings::Add(const HistogramFold& fold,
                       std::string_view metric_name) {
  if (fold.result == nullptr) incompatible_.emplace(metric_name);
  reset_collision_ = reset_collision_ || fold.reset_collision;
  bounds_reconciled_ = bounds_reconciled_ || fold.bounds_reconciled;
}

void FoldFindings::Report(base::Span span,
                          base::Diagnostics& diagnostics) const {
  for (const std::string& metric_name : incompatible_) {
    WarnOfMixedBuckets(span, metric_name, diagnostics);
  }
  if (reset_collision_) {
    WarnOfResetCollision(span, HistogramOperation::kAggregation, diagnostics);
  }
  if (bounds_reconciled_) {
    InformOfReconciledBounds(span, HistogramOperation::kAggregation,
                             diagnostics);
  }
}

}  // namespace promql
