#include "promql/functions/math.h"

#include <algorithm>

namespace promql {
double GoMin(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    // -Inf is the least even beside NaN.
    return std::isinf(a) && a < 0 ? a : std::isinf(b) && b < 0 ? b : NAN;
  }
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

double GoMax(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return std::isinf(a) && a > 0 ? a : std::isinf(b) && b > 0 ? b : NAN;
  }
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

void Round(const CallContext& call, const base::Labels&, Column& column) {
  DropHistograms(column);
  for (std::size_t i = 0; i < column.steps(); ++i) {
    // The inverse is exact for more of the usual multiples, such as 0.1.
    const double inverse =
        1 / (call.scalars.empty() ? 1.0 : call.scalars[0][i]);
    column.values[i] = std::floor(column.values[i] * inverse + 0.5) / inverse;
  }
}

void Clamp(const CallContext& call, const base::Labels&, Column& column) {
  DropHistograms(column);
  for (std::size_t i = 0; i < column.steps(); ++i) {
    const double low = call.scalars[0][i];
    const double high = call.scalars[1][i];
    if (high < low) column.Clear(i);
    column.values[i] = GoMax(low, GoMin(high, column.values[i]));
  }
}

void ClampMin(const CallContext& call, const base::Labels&, Column& column) {
  DropHistograms(column);
  for (std::size_t i = 0; i < column.steps(); ++i) {
    column.values[i] = GoMax(call.scalars[0][i], column.values[i]);
  }
}

void ClampMax(const CallContext& call, const base::Labels&, Column& column) {
  DropHistograms(column);
  for (std::size_t i = 0; i < column.steps(); ++i) {
    column.values[i] = GoMin(call.scalars[0][i], column.values[i]);
  }
}

void EvaluationTime(const CallContext& call, const base::Labels&,
                    Column& column) {
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] != kAbsent)
      column.Set(i, base::Seconds(call.grid.at(i)));
  }
}

void NoStartTime(const CallContext&, const base::Labels&, Column& column) {
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] != kAbsent) column.Set(i, 0);
  }
}

void Time(const CallContext& call, std::vector<double>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = base::Seconds(call.grid.at(i));
  }
}

void Pi(const CallContext&, std::vector<double>& out) {
  std::ranges::fill(out, M_PI);
}

void QueryStart(const CallContext& call, std::vector<double>& out) {
  std::ranges::fill(out, base::Seconds(call.query_start));
}

void QueryEnd(const CallContext& call, std::vector<double>& out) {
  std::ranges::fill(out, base::Seconds(call.query_end));
}

void QueryRange(const CallContext& call, std::vector<double>& out) {
  std::ranges::fill(out, base::Seconds(call.query_end - call.query_start));
}

void QueryStep(const CallContext& call, std::vector<double>& out) {
  std::ranges::fill(out, base::Seconds(call.query_step));
}

void MinOf(const CallContext& call, std::vector<double>& out) {
  std::ranges::transform(call.scalars[0], call.scalars[1], out.begin(), GoMin);
}

void MaxOf(const CallContext& call, std::vector<double>& out) {
  std::ranges::transform(call.scalars[0], call.scalars[1], out.begin(), GoMax);
}

}  // namespace promql
