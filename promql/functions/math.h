// Kernels that map each value to another, and scalars.

#ifndef PROMQL_FUNCTIONS_MATH_H_
#define PROMQL_FUNCTIONS_MATH_H_

#include <cmath>
#include <vector>

#include "base/labels.h"
#include "promql/functions/histogram_math.h"
#include "promql/functions/kernel.h"

namespace promql {

// The kernel of a function of one number.
template <double (*kFunction)(double)>
void Map(const CallContext&, const base::Labels&, Column& column) {
  DropHistograms(column);
  for (double& value : column.values) value = kFunction(value);
}

inline double Degrees(double x) { return x * 180 / M_PI; }
inline double Radians(double x) { return x * M_PI / 180; }
inline double Sign(double x) { return x < 0 ? -1 : x > 0 ? 1 : x; }

// Go's math.Min and math.Max: NaN wins, and -0 is less than 0.
double GoMin(double a, double b);
double GoMax(double a, double b);

void Round(const CallContext& call, const base::Labels& labels, Column& column);
void Clamp(const CallContext& call, const base::Labels& labels, Column& column);
void ClampMin(const CallContext& call, const base::Labels& labels,
              Column& column);
void ClampMax(const CallContext& call, const base::Labels& labels,
              Column& column);
// The evaluation time, for samples that come from no selector.
void EvaluationTime(const CallContext& call, const base::Labels& labels,
                    Column& column);
// 0, as of a sample without a start timestamp: only a selector's have one.
void NoStartTime(const CallContext& call, const base::Labels& labels,
                 Column& column);

void Time(const CallContext& call, std::vector<double>& out);
void Pi(const CallContext& call, std::vector<double>& out);
void QueryStart(const CallContext& call, std::vector<double>& out);
void QueryEnd(const CallContext& call, std::vector<double>& out);
void QueryRange(const CallContext& call, std::vector<double>& out);
void QueryStep(const CallContext& call, std::vector<double>& out);
void MinOf(const CallContext& call, std::vector<double>& out);
void MaxOf(const CallContext& call, std::vector<double>& out);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_MATH_H_
