#include "promql/storage/counter_hints.h"

#include <memory>
#include <utility>

#include "base/histogram_reset.h"

namespace promql {
namespace {

using base::CounterReset;
using base::FloatHistogram;

// A chunk has one layout and no reset inside (tsdb/chunkenc).
CounterReset StoredHint(const FloatHistogram* previous,
                        const FloatHistogram& histogram) {
  if (histogram.counter_reset == CounterReset::kGauge) {
    return CounterReset::kGauge;
  }
  if (previous == nullptr || previous->counter_reset == CounterReset::kGauge ||
      histogram.counter_reset == CounterReset::kReset ||
      previous->schema != histogram.schema ||
      previous->zero_threshold != histogram.zero_threshold ||
      previous->custom_bounds != histogram.custom_bounds) {
    return CounterReset::kUnknown;
  }
  FloatHistogram unhinted = histogram;
  unhinted.counter_reset = CounterReset::kUnknown;
  return base::IsReset(*previous, unhinted) ? CounterReset::kUnknown
                                            : CounterReset::kNotReset;
}

}  // namespace

HistogramPtr WithStoredHint(const HistogramPtr& previous,
                            HistogramPtr histogram) {
  const CounterReset hint = StoredHint(previous.get(), *histogram);
  if (hint == histogram->counter_reset) return histogram;
  auto stored = std::make_shared<FloatHistogram>(*histogram);
  stored->counter_reset = hint;
  return stored;
}

}  // namespace promql
