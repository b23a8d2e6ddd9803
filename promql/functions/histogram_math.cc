#include "promql/functions/histogram_math.h"

#include <memory>

namespace promql {
namespace {

base::HistogramPtr Negated(const base::FloatHistogram& histogram) {
  auto result = std::make_shared<base::FloatHistogram>(histogram);
  result->zero_count = -result->zero_count;
  result->count = -result->count;
  result->sum = -result->sum;
  for (double& count : result->positive.counts) count = -count;
  for (double& count : result->negative.counts) count = -count;
  result->counter_reset = base::CounterReset::kGauge;
  return result;
}

}  // namespace

void Negate(Column& column) {
  for (double& value : column.values) value = -value;
  if (column.histograms.empty()) return;
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] != kHistogram) continue;
    column.histograms[i] = Negated(*column.histograms[i]);
  }
}

void DropHistograms(Column& column) {
  if (column.histograms.empty()) return;
  for (std::uint8_t& present : column.present) present &= kFloat;
  column.histograms.clear();
}

}  // namespace promql
