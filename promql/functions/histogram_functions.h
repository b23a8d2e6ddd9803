// Kernels of histograms, classic and native.

#ifndef PROMQL_FUNCTIONS_HISTOGRAM_FUNCTIONS_H_
#define PROMQL_FUNCTIONS_HISTOGRAM_FUNCTIONS_H_

#include <vector>

#include "promql/functions/kernel.h"

namespace promql {

Block HistogramQuantile(const CallContext& call, std::vector<Block> arguments);
Block HistogramQuantiles(const CallContext& call, std::vector<Block> arguments);
Block HistogramFraction(const CallContext& call, std::vector<Block> arguments);

// A number from each native histogram; floats have none.
void HistogramCount(const CallContext&, const base::Labels&, Column&);
void HistogramSum(const CallContext&, const base::Labels&, Column&);
void HistogramAvg(const CallContext&, const base::Labels&, Column&);
void HistogramStddev(const CallContext&, const base::Labels&, Column&);
void HistogramStdvar(const CallContext&, const base::Labels&, Column&);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_HISTOGRAM_FUNCTIONS_H_
